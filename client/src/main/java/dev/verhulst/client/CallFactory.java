package dev.verhulst.client;

import dev.verhulst.client.codec.AnswerHandlers;
import dev.verhulst.client.codec.EncodedRequest;
import dev.verhulst.client.codec.MetadataReader;
import dev.verhulst.client.codec.RequestEncoder;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.InferenceResponse;
import dev.verhulst.client.metadata.ModelMetadata;
import dev.verhulst.client.metadata.ServerMetadata;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The endpoints of the Open Inference Protocol, as calls. */
final class CallFactory {

  private final CallOptions options;

  CallFactory(CallOptions options) {
    this.options = options;
  }

  Call<Boolean> live() {
    return new Call<>(get("v2", "health", "live"), AnswerHandlers.success(), null);
  }

  Call<Boolean> ready() {
    return new Call<>(get("v2", "health", "ready"), AnswerHandlers.success(), null);
  }

  Call<Boolean> modelReady(String model) {
    return new Call<>(get(modelPath(model, null, "ready")), AnswerHandlers.success(), model);
  }

  Call<ServerMetadata> serverMetadata() {
    return new Call<>(get("v2"), AnswerHandlers.json(MetadataReader::server), null);
  }

  Call<ModelMetadata> modelMetadata(String model, @Nullable String version) {
    return new Call<>(
        get(modelPath(model, version)), AnswerHandlers.json(MetadataReader::model), model);
  }

  Call<InferenceResponse> infer(InferenceRequest request) {
    EncodedRequest encoded =
        RequestEncoder.encode(request, request.encoding().orElse(options.encoding()));
    URI uri =
        PathSegments.append(
            options.url(), modelPath(request.model(), request.version().orElse(null), "infer"));
    HttpRequest.Builder http = begin(uri, timeoutOf(request)).POST(encoded.body());
    encoded.headers().forEach(http::setHeader);
    return new Call<>(http.build(), AnswerHandlers.inference(request), request.model());
  }

  private Duration timeoutOf(InferenceRequest request) {
    return request
        .timeout()
        .map(timeout -> CallOptions.checkTimeout("timeout", timeout))
        .orElse(options.timeout());
  }

  private HttpRequest get(String... path) {
    return begin(PathSegments.append(options.url(), path), options.timeout()).GET().build();
  }

  private HttpRequest.Builder begin(URI uri, Duration timeout) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(timeout);
    options.headers().forEach(request::setHeader);
    return request;
  }

  private static String[] modelPath(String model, @Nullable String version, String... rest) {
    List<String> segments = new ArrayList<>(List.of("v2", "models", model));
    if (version != null) {
      segments.addAll(List.of("versions", version));
    }
    segments.addAll(List.of(rest));
    return segments.toArray(new String[0]);
  }
}

package dev.verhulst.client.http;

import dev.verhulst.client.codec.AnswerHandlers;
import dev.verhulst.client.codec.EncodedRequest;
import dev.verhulst.client.codec.JobJson;
import dev.verhulst.client.codec.MetadataReader;
import dev.verhulst.client.codec.RepositoryJson;
import dev.verhulst.client.codec.RequestEncoder;
import dev.verhulst.client.codec.StatisticsReader;
import dev.verhulst.client.inference.Encoding;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.InferenceResponse;
import dev.verhulst.client.jobs.JobListener;
import dev.verhulst.client.jobs.JobRequest;
import dev.verhulst.client.jobs.JobStatus;
import dev.verhulst.client.metadata.ModelConfiguration;
import dev.verhulst.client.metadata.ModelMetadata;
import dev.verhulst.client.metadata.ModelStatistics;
import dev.verhulst.client.metadata.RepositoryEntry;
import dev.verhulst.client.metadata.ServerMetadata;
import dev.verhulst.client.transport.Compression;
import dev.verhulst.client.transport.Interest;
import dev.verhulst.client.transport.ModelReference;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The endpoints of the Open Inference Protocol, as calls over HTTP. */
final class HttpCalls {

  private final URI url;
  private final Map<String, String> headers;
  private final Compression compression;

  HttpCalls(URI url, Map<String, String> headers, Compression compression) {
    this.url = url;
    this.headers = headers;
    this.compression = compression;
  }

  HttpCall<Boolean> live() {
    return new HttpCall<>(get("v2", "health", "live"), AnswerHandlers.success(), null);
  }

  HttpCall<Boolean> ready() {
    return new HttpCall<>(get("v2", "health", "ready"), AnswerHandlers.success(), null);
  }

  HttpCall<Boolean> modelReady(ModelReference model) {
    return new HttpCall<>(get(modelPath(model, "ready")), AnswerHandlers.success(), model.name());
  }

  HttpCall<ServerMetadata> serverMetadata() {
    return new HttpCall<>(get("v2"), AnswerHandlers.json(MetadataReader::server), null);
  }

  HttpCall<ModelMetadata> modelMetadata(ModelReference model) {
    return new HttpCall<>(
        get(modelPath(model)), AnswerHandlers.json(MetadataReader::model), model.name());
  }

  HttpCall<ModelConfiguration> modelConfiguration(ModelReference model) {
    return new HttpCall<>(
        get(modelPath(model, "config")),
        AnswerHandlers.json(MetadataReader::configuration),
        model.name());
  }

  HttpCall<List<ModelStatistics>> statistics(@Nullable ModelReference model) {
    return new HttpCall<>(
        model == null ? get("v2", "models", "stats") : get(modelPath(model, "stats")),
        AnswerHandlers.json(StatisticsReader::read),
        model == null ? null : model.name());
  }

  HttpCall<List<RepositoryEntry>> repositoryIndex(boolean readyOnly) {
    return new HttpCall<>(
        post(RepositoryJson.indexRequest(readyOnly), "v2", "repository", "index"),
        AnswerHandlers.json(RepositoryJson::readIndex),
        null);
  }

  HttpCall<Boolean> loadModel(String model, @Nullable String configuration) {
    return new HttpCall<>(
        post(
            RepositoryJson.loadRequest(configuration), "v2", "repository", "models", model, "load"),
        AnswerHandlers.success(),
        model);
  }

  HttpCall<Boolean> unloadModel(String model, boolean unloadDependents) {
    return new HttpCall<>(
        post(
            RepositoryJson.unloadRequest(unloadDependents),
            "v2",
            "repository",
            "models",
            model,
            "unload"),
        AnswerHandlers.success(),
        model);
  }

  HttpCall<InferenceResponse> infer(InferenceRequest request, Encoding encoding) {
    EncodedRequest encoded = RequestEncoder.encode(request, encoding, compression);
    ModelReference model = new ModelReference(request.model(), request.version().orElse(null));
    HttpRequest.Builder http = begin(modelPath(model, "infer")).POST(encoded.body());
    encoded.headers().forEach(http::setHeader);
    Interest interest = new Interest();
    return new HttpCall<>(
        http.build(), AnswerHandlers.inference(request, interest), request.model(), interest);
  }

  HttpCall<JobStatus> submitJob(JobRequest job) {
    EncodedRequest encoded = RequestEncoder.encode(job);
    HttpRequest.Builder http =
        begin("v2", "repository", "models", job.model(), job.kind()).POST(encoded.body());
    encoded.headers().forEach(http::setHeader);
    return new HttpCall<>(http.build(), AnswerHandlers.json(JobJson::read), job.model());
  }

  HttpCall<JobStatus> job(String id) {
    return new HttpCall<>(get("v2", "jobs", id), AnswerHandlers.json(JobJson::read), null);
  }

  HttpCall<JobStatus> cancelJob(String id) {
    HttpRequest request = begin("v2", "jobs", id).DELETE().build();
    return new HttpCall<>(request, AnswerHandlers.json(JobJson::read), null);
  }

  HttpCall<JobStatus> followJob(String id, JobListener listener) {
    return new HttpCall<>(get("v2", "jobs", id, "events"), AnswerHandlers.events(listener), null);
  }

  private HttpRequest get(String... path) {
    return begin(path).GET().build();
  }

  private HttpRequest post(byte[] json, String... path) {
    return begin(path)
        .setHeader("Content-Type", "application/json")
        .POST(BodyPublishers.ofByteArray(json))
        .build();
  }

  private HttpRequest.Builder begin(String... path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(PathSegments.append(url, path));
    headers.forEach(request::setHeader);
    return request;
  }

  private static String[] modelPath(ModelReference model, String... rest) {
    List<String> segments = new ArrayList<>(List.of("v2", "models", model.name()));
    if (model.version() != null) {
      segments.addAll(List.of("versions", model.version()));
    }
    segments.addAll(List.of(rest));
    return segments.toArray(new String[0]);
  }
}

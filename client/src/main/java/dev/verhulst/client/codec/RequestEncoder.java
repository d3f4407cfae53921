package dev.verhulst.client.codec;

import dev.verhulst.client.inference.Encoding;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.RequestedOutput;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.jobs.JobRequest;
import dev.verhulst.client.protocol.ProtocolHeaders;
import dev.verhulst.client.transport.Compression;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** Writes inference requests in any {@link Encoding}. */
public final class RequestEncoder {

  private RequestEncoder() {}

  /**
   * Encodes the request.
   *
   * @param compression what to compress its body with, and what to ask for in the answer
   * @throws IllegalArgumentException where the encoding is RAW and the request says more than that
   *     can carry
   */
  public static EncodedRequest encode(
      InferenceRequest request, Encoding encoding, Compression compression) {
    EncodedRequest plain =
        switch (encoding) {
          case BINARY -> binary(request);
          case JSON ->
              new EncodedRequest(
                  Map.of("Content-Type", "application/json"),
                  List.of(header(request, Encoding.JSON)));
          case RAW -> raw(request);
        };
    return ContentCoding.of(compression).map(plain::compressed).orElse(plain);
  }

  /** Encodes a job, its tensors as bytes. */
  public static EncodedRequest encode(JobRequest job) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = Json.generator(bytes)) {
      json.writeStartObject();
      json.writeStringProperty("id", job.id());
      json.writeObjectPropertyStart("parameters");
      job.parameters().forEach((name, value) -> writeJobParameter(name, value, json));
      json.writeEndObject();
      json.writeArrayPropertyStart("inputs");
      job.inputs().forEach((name, tensor) -> writeInput(name, tensor, Encoding.BINARY, json));
      json.writeEndArray();
      json.writeEndObject();
    }
    List<ByteBuffer> parts = new ArrayList<>();
    parts.add(ByteBuffer.wrap(bytes.toByteArray()));
    job.inputs().values().forEach(tensor -> parts.add(tensor.bytes()));
    return octets(bytes.size(), parts);
  }

  private static void writeJobParameter(String name, Object value, JsonGenerator json) {
    if (value instanceof List<?> texts) {
      json.writeArrayPropertyStart(name);
      texts.forEach(text -> json.writeString(String.valueOf(text)));
      json.writeEndArray();
    } else {
      writeParameter(name, value, json);
    }
  }

  private static EncodedRequest binary(InferenceRequest request) {
    ByteBuffer header = header(request, Encoding.BINARY);
    List<ByteBuffer> parts = new ArrayList<>();
    parts.add(header);
    request.inputs().values().forEach(tensor -> parts.add(tensor.bytes()));
    return octets(header.remaining(), parts);
  }

  private static EncodedRequest raw(InferenceRequest request) {
    if (request.inputs().size() != 1
        || !request.parameters().isEmpty()
        || request.outputs().stream().anyMatch(output -> !output.parameters().isEmpty())
        || request.id().isPresent()) {
      throw new IllegalArgumentException(
          "a RAW request is the bytes of one input and carries neither an id nor parameters; use"
              + " BINARY or JSON for this request to model '"
              + request.model()
              + "'");
    }
    return octets(0, List.of(request.inputs().values().iterator().next().bytes()));
  }

  private static EncodedRequest octets(int headerLength, List<ByteBuffer> parts) {
    return new EncodedRequest(
        Map.of(
            "Content-Type",
            "application/octet-stream",
            ProtocolHeaders.INFERENCE_HEADER_CONTENT_LENGTH,
            Integer.toString(headerLength)),
        parts);
  }

  private static ByteBuffer header(InferenceRequest request, Encoding encoding) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = Json.generator(bytes)) {
      json.writeStartObject();
      request.id().ifPresent(id -> json.writeStringProperty("id", id));
      writeRequestParameters(request, encoding, json);
      json.writeArrayPropertyStart("inputs");
      request.inputs().forEach((name, tensor) -> writeInput(name, tensor, encoding, json));
      json.writeEndArray();
      if (!request.outputs().isEmpty()) {
        json.writeArrayPropertyStart("outputs");
        request.outputs().forEach(output -> writeOutput(output, encoding, json));
        json.writeEndArray();
      }
      json.writeEndObject();
    }
    return ByteBuffer.wrap(bytes.toByteArray());
  }

  private static void writeRequestParameters(
      InferenceRequest request, Encoding encoding, JsonGenerator json) {
    boolean allBinary = encoding == Encoding.BINARY && request.outputs().isEmpty();
    if (request.parameters().isEmpty() && !allBinary) {
      return;
    }
    json.writeObjectPropertyStart("parameters");
    request.parameters().forEach((name, value) -> writeParameter(name, value, json));
    if (allBinary && !request.parameters().containsKey("binary_data_output")) {
      json.writeBooleanProperty("binary_data_output", true);
    }
    json.writeEndObject();
  }

  private static void writeInput(
      String name, Tensor tensor, Encoding encoding, JsonGenerator json) {
    json.writeStartObject();
    json.writeStringProperty("name", name);
    json.writeStringProperty("datatype", tensor.datatype().name());
    json.writeName("shape");
    long[] shape = tensor.shape();
    json.writeArray(shape, 0, shape.length);
    if (encoding == Encoding.BINARY) {
      json.writeObjectPropertyStart("parameters");
      json.writeNumberProperty("binary_data_size", tensor.bytes().remaining());
      json.writeEndObject();
    } else {
      json.writeName("data");
      TensorJson.writeData(tensor, json);
    }
    json.writeEndObject();
  }

  private static void writeOutput(RequestedOutput output, Encoding encoding, JsonGenerator json) {
    json.writeStartObject();
    json.writeStringProperty("name", output.name());
    if (encoding == Encoding.BINARY || !output.parameters().isEmpty()) {
      json.writeObjectPropertyStart("parameters");
      output.parameters().forEach((name, value) -> writeParameter(name, value, json));
      if (encoding == Encoding.BINARY && !output.parameters().containsKey("binary_data")) {
        json.writeBooleanProperty("binary_data", true);
      }
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void writeParameter(String name, Object value, JsonGenerator json) {
    json.writeName(name);
    if (value instanceof String string) {
      json.writeString(string);
    } else if (value instanceof Boolean bool) {
      json.writeBoolean(bool);
    } else if (value instanceof Long integer) {
      json.writeNumber(integer);
    } else if (value instanceof Double number) {
      json.writeNumber(number);
    } else {
      throw new IllegalStateException("this is a bug: unchecked parameter " + name);
    }
  }
}

package dev.verhulst.service.rest;

import dev.verhulst.service.model.Datatypes;
import dev.verhulst.service.model.Model;
import dev.verhulst.service.model.TensorSignature;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What the server says of itself and of its models.
 *
 * <p>A tensor's metadata has room for one datatype; the declared one is FP32. That the datatype of
 * a request chooses the kernel, and which ones there are, is announced as an extension of the
 * server, {@code request_datatype(FP16,BF16,FP32,FP64)}: extensions are a list that clients look
 * for known names in, while a key that is not in the protocol could break one.
 */
final class Metadata {

  static final String PLATFORM = "verhulst";

  private static final JsonFactory JSON = new JsonFactory();
  private static final List<String> EXTENSIONS =
      List.of(
          "binary_tensor_data",
          "parameters",
          "schedule_policy",
          "request_datatype(" + Datatypes.accepted() + ")");

  private Metadata() {}

  static void writeServer(HttpServletResponse response) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), body)) {
      json.writeStartObject();
      json.writeStringProperty("name", PLATFORM);
      json.writeStringProperty("version", version());
      json.writeArrayPropertyStart("extensions");
      EXTENSIONS.forEach(json::writeString);
      json.writeEndArray();
      json.writeEndObject();
    }
    send(response, body);
  }

  static void writeModel(HttpServletResponse response, Model model) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), body)) {
      json.writeStartObject();
      json.writeStringProperty("name", model.name());
      json.writeArrayPropertyStart("versions");
      json.writeString(Model.VERSION);
      json.writeEndArray();
      json.writeStringProperty("platform", PLATFORM);
      writeTensors(json, "inputs", model.inputs());
      writeTensors(json, "outputs", model.outputs());
      json.writeEndObject();
    }
    send(response, body);
  }

  private static void writeTensors(JsonGenerator json, String key, List<TensorSignature> tensors) {
    json.writeArrayPropertyStart(key);
    for (TensorSignature tensor : tensors) {
      json.writeStartObject();
      json.writeStringProperty("name", tensor.name());
      json.writeStringProperty("datatype", Datatypes.DECLARED.name());
      json.writeArrayPropertyStart("shape");
      tensor.shape().forEach(json::writeNumber);
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static String version() {
    String version = Metadata.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  private static void send(HttpServletResponse response, ByteArrayOutputStream body)
      throws IOException {
    response.setContentType(ErrorWriter.JSON);
    response.setContentLength(body.size());
    body.writeTo(response.getOutputStream());
  }
}

package dev.verhulst.service.rest;

import dev.verhulst.service.description.ServerDescription;
import dev.verhulst.service.model.Model;
import dev.verhulst.service.model.TensorSignature;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** The metadata of the server and of its models as JSON. */
final class Metadata {

  private Metadata() {}

  static void writeServer(JsonGenerator json, List<String> extensions) {
    json.writeStartObject();
    json.writeStringProperty("name", ServerDescription.NAME);
    json.writeStringProperty("version", ServerDescription.version());
    json.writeArrayPropertyStart("extensions");
    extensions.forEach(json::writeString);
    json.writeEndArray();
    json.writeEndObject();
  }

  static void writeModel(JsonGenerator json, Model model, List<String> versions) {
    json.writeStartObject();
    json.writeStringProperty("name", model.name());
    json.writeArrayPropertyStart("versions");
    versions.forEach(json::writeString);
    json.writeEndArray();
    json.writeStringProperty("platform", ServerDescription.NAME);
    writeTensors(json, "inputs", model.inputs());
    writeTensors(json, "outputs", model.outputs());
    json.writeEndObject();
  }

  private static void writeTensors(JsonGenerator json, String key, List<TensorSignature> tensors) {
    json.writeArrayPropertyStart(key);
    for (TensorSignature tensor : tensors) {
      json.writeStartObject();
      json.writeStringProperty("name", tensor.name());
      json.writeStringProperty("datatype", tensor.datatype().name());
      json.writeArrayPropertyStart("shape");
      tensor.shape().forEach(json::writeNumber);
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}

package dev.verhulst.service.rest;

import dev.verhulst.service.batching.BatchingPolicy;
import dev.verhulst.service.description.ModelConfiguration;
import dev.verhulst.service.description.ServerDescription;
import dev.verhulst.service.model.TensorSignature;
import dev.verhulst.service.repository.VersionPolicy;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JsonGenerator;

/** The configuration of a model as JSON. */
final class ConfigurationJson {

  private ConfigurationJson() {}

  static void write(JsonGenerator json, ModelConfiguration model) {
    json.writeStartObject();
    json.writeStringProperty("name", model.name());
    json.writeStringProperty("platform", ServerDescription.NAME);
    json.writeStringProperty("backend", ServerDescription.NAME);
    writeVersions(json, model.versions());
    json.writeNumberProperty("max_batch_size", model.maxBatchSize());
    json.writeArrayPropertyStart("input");
    for (TensorSignature input : model.inputs()) {
      writeTensor(json, model, input);
      json.writeBooleanProperty("optional", !input.required());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayPropertyStart("output");
    for (TensorSignature output : model.outputs()) {
      writeTensor(json, model, output);
      json.writeEndObject();
    }
    json.writeEndArray();
    writeInstances(json, model);
    writeBatching(json, model.batching());
    json.writeObjectPropertyStart("model_transaction_policy");
    json.writeBooleanProperty("decoupled", false);
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void writeVersions(JsonGenerator json, VersionPolicy versions) {
    json.writeObjectPropertyStart("version_policy");
    switch (versions) {
      case VersionPolicy.Latest(int count) -> {
        json.writeObjectPropertyStart("latest");
        json.writeNumberProperty("num_versions", count);
        json.writeEndObject();
      }
      case VersionPolicy.All() -> {
        json.writeObjectPropertyStart("all");
        json.writeEndObject();
      }
      case VersionPolicy.Specific(List<Long> numbers) -> {
        json.writeObjectPropertyStart("specific");
        json.writeArrayPropertyStart("versions");
        numbers.forEach(json::writeNumber);
        json.writeEndArray();
        json.writeEndObject();
      }
    }
    json.writeEndObject();
  }

  /** Leaves the object open. */
  private static void writeTensor(
      JsonGenerator json, ModelConfiguration model, TensorSignature tensor) {
    json.writeStartObject();
    json.writeStringProperty("name", tensor.name());
    json.writeStringProperty("data_type", "TYPE_" + tensor.datatype().name());
    json.writeArrayPropertyStart("dims");
    model.dimensions(tensor).forEach(json::writeNumber);
    json.writeEndArray();
    if (model.isReshaped(tensor)) {
      json.writeObjectPropertyStart("reshape");
      json.writeArrayPropertyStart("shape");
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  private static void writeInstances(JsonGenerator json, ModelConfiguration model) {
    json.writeArrayPropertyStart("instance_group");
    json.writeStartObject();
    json.writeStringProperty("name", model.name());
    json.writeStringProperty("kind", model.onGpu() ? "KIND_GPU" : "KIND_CPU");
    json.writeNumberProperty("count", model.batching().concurrency());
    json.writeEndObject();
    json.writeEndArray();
  }

  private static void writeBatching(JsonGenerator json, BatchingPolicy batching) {
    json.writeObjectPropertyStart("dynamic_batching");
    json.writeArrayPropertyStart("preferred_batch_size");
    batching.preferredBatchSizes().forEach(json::writeNumber);
    json.writeEndArray();
    json.writeNumberProperty(
        "max_queue_delay_microseconds",
        TimeUnit.NANOSECONDS.toMicros(batching.maxQueueDelay().toNanos()));
    json.writeNumberProperty("default_priority_level", batching.defaultPriority());
    json.writeObjectPropertyStart("default_queue_policy");
    json.writeStringProperty("timeout_action", "REJECT");
    json.writeNumberProperty(
        "default_timeout_microseconds",
        TimeUnit.NANOSECONDS.toMicros(batching.defaultTimeout().toNanos()));
    json.writeBooleanProperty("allow_timeout_override", true);
    json.writeNumberProperty("max_queue_size", batching.maxQueueSize());
    json.writeEndObject();
    json.writeEndObject();
  }
}

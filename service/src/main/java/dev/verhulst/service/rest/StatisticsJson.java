package dev.verhulst.service.rest;

import dev.verhulst.service.description.ModelDescriptions.NamedStatistics;
import dev.verhulst.service.metrics.ModelStatistics;
import dev.verhulst.service.metrics.ModelStatistics.Total;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** What models have done, as JSON. */
final class StatisticsJson {

  private StatisticsJson() {}

  static void write(JsonGenerator json, List<NamedStatistics> models) {
    json.writeStartObject();
    json.writeArrayPropertyStart("model_stats");
    models.forEach(model -> writeModel(json, model));
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void writeModel(JsonGenerator json, NamedStatistics model) {
    ModelStatistics statistics = model.statistics();
    json.writeStartObject();
    json.writeStringProperty("name", model.name());
    json.writeStringProperty("version", model.version());
    json.writeNumberProperty("last_inference", statistics.lastInference());
    json.writeNumberProperty("inference_count", statistics.inferenceCount());
    json.writeNumberProperty("execution_count", statistics.executionCount());
    json.writeObjectPropertyStart("inference_stats");
    writeTotal(json, "success", statistics.success());
    writeTotal(json, "fail", statistics.failure());
    writeTotal(json, "queue", statistics.queue());
    writeTotal(json, "compute_input", statistics.computeInput());
    writeTotal(json, "compute_infer", statistics.computeInfer());
    writeTotal(json, "compute_output", statistics.computeOutput());
    // There is no cache; clients of the protocol read these two all the same.
    writeTotal(json, "cache_hit", Total.NONE);
    writeTotal(json, "cache_miss", Total.NONE);
    json.writeEndObject();
    json.writeArrayPropertyStart("batch_stats");
    for (ModelStatistics.Batch batch : statistics.batches()) {
      json.writeStartObject();
      json.writeNumberProperty("batch_size", batch.batchSize());
      writeTotal(json, "compute_input", batch.computeInput());
      writeTotal(json, "compute_infer", batch.computeInfer());
      writeTotal(json, "compute_output", batch.computeOutput());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void writeTotal(JsonGenerator json, String key, Total total) {
    json.writeObjectPropertyStart(key);
    json.writeNumberProperty("count", total.count());
    json.writeNumberProperty("ns", total.nanos());
    json.writeEndObject();
  }
}

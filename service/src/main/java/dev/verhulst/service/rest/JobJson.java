package dev.verhulst.service.rest;

import dev.verhulst.heads.training.HeadFit;
import dev.verhulst.heads.training.TrainingProgress;
import dev.verhulst.service.jobs.JobResult;
import dev.verhulst.service.jobs.JobStatus;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** How jobs stand, as JSON. What is not known yet is left out. */
final class JobJson {

  private JobJson() {}

  static void write(JsonGenerator json, List<JobStatus> jobs) {
    json.writeStartObject();
    json.writeArrayPropertyStart("jobs");
    jobs.forEach(job -> write(json, job));
    json.writeEndArray();
    json.writeEndObject();
  }

  static void write(JsonGenerator json, JobStatus job) {
    json.writeStartObject();
    json.writeStringProperty("id", job.id());
    json.writeStringProperty("kind", name(job.kind()));
    json.writeStringProperty("model_name", job.model());
    json.writeStringProperty("state", name(job.state()));
    text(json, "created", job.created());
    text(json, "started", job.started());
    text(json, "ended", job.ended());
    if (job.progress() != null) {
      json.writeName("progress");
      writeProgress(json, job.progress(), job.timeLeft());
    }
    if (job.result() != null) {
      json.writeName("result");
      write(json, job.result());
    }
    text(json, "error", job.error());
    json.writeEndObject();
  }

  /** A constant as the wire has it. */
  static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  static void writeProgress(
      JsonGenerator json, TrainingProgress progress, @Nullable Duration timeLeft) {
    json.writeStartObject();
    json.writeNumberProperty("label", progress.label());
    json.writeNumberProperty("labels", progress.labels());
    json.writeNumberProperty("iteration", progress.iteration());
    number(json, "loss", progress.loss());
    number(json, "gradient_norm", progress.gradientNorm());
    number(json, "tolerance", progress.tolerance());
    number(json, "share", progress.share());
    if (timeLeft != null) {
      json.writeNumberProperty("seconds_left", timeLeft.toMillis() / 1000.0);
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, JobResult result) {
    json.writeStartObject();
    json.writeStringProperty("model_version", Long.toString(result.version()));
    json.writeBooleanProperty("served", result.served());
    HeadFit fit = result.fit();
    if (fit != null) {
      json.writeBooleanProperty("converged", fit.converged());
      number(json, "log_loss", fit.logLoss());
      json.writeArrayPropertyStart("warnings");
      fit.labels()
          .forEach(
              label ->
                  label
                      .warnings()
                      .forEach(
                          warning ->
                              json.writeString("label '%s': %s".formatted(label.name(), warning))));
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  /** A number; null where JSON has none for it. */
  static void number(JsonGenerator json, String name, double value) {
    if (Double.isFinite(value)) {
      json.writeNumberProperty(name, value);
    } else {
      json.writeNullProperty(name);
    }
  }

  private static void text(JsonGenerator json, String name, @Nullable Object value) {
    if (value != null) {
      json.writeStringProperty(name, value.toString());
    }
  }
}

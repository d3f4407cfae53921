package dev.verhulst.service.rest;

import dev.verhulst.heads.calibration.Calibration;
import dev.verhulst.heads.calibration.CalibrationReport;
import dev.verhulst.heads.calibration.Isotonic;
import dev.verhulst.heads.calibration.Platt;
import dev.verhulst.heads.calibration.ReliabilityBin;
import dev.verhulst.heads.calibration.Temperature;
import dev.verhulst.heads.training.HeadCalibration;
import dev.verhulst.heads.training.HeadFit;
import dev.verhulst.heads.training.LabelFit;
import dev.verhulst.service.jobs.JobResult;
import tools.jackson.core.JsonGenerator;

/** What a job has found, as JSON, label by label. */
final class JobReportJson {

  private JobReportJson() {}

  static void write(JsonGenerator json, JobResult result) {
    json.writeStartObject();
    json.writeStringProperty("model_version", Long.toString(result.version()));
    HeadFit fit = result.fit();
    if (fit != null) {
      json.writeName("fit");
      write(json, fit);
    }
    HeadCalibration calibration = result.calibration();
    if (calibration != null) {
      json.writeName("calibration");
      write(json, calibration);
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, HeadFit fit) {
    json.writeStartObject();
    json.writeArrayPropertyStart("features");
    fit.featureNames().forEach(json::writeString);
    json.writeEndArray();
    numbers(json, "mean", fit.mean());
    numbers(json, "scale", fit.scale());
    json.writeArrayPropertyStart("labels");
    for (LabelFit label : fit.labels()) {
      json.writeStartObject();
      json.writeStringProperty("name", label.name());
      JobJson.number(json, "objective", label.objective());
      JobJson.number(json, "log_loss", label.logLoss());
      json.writeNumberProperty("iterations", label.iterations());
      JobJson.number(json, "gradient_norm", label.gradientNorm());
      json.writeBooleanProperty("converged", label.converged());
      JobJson.number(json, "intercept", label.intercept());
      numbers(json, "coefficients", label.coefficients());
      double[] errors = label.standardErrors();
      if (errors != null) {
        numbers(json, "standard_errors", errors);
      }
      json.writeArrayPropertyStart("warnings");
      label.warnings().forEach(json::writeString);
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, HeadCalibration calibration) {
    json.writeStartObject();
    json.writeArrayPropertyStart("labels");
    for (int label = 0; label < calibration.labelNames().size(); label++) {
      json.writeStartObject();
      json.writeStringProperty("name", calibration.labelNames().get(label));
      write(json, calibration.calibrations().get(label));
      json.writeName("before");
      write(json, calibration.before().get(label));
      json.writeName("after");
      write(json, calibration.after().get(label));
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Calibration calibration) {
    switch (calibration) {
      case Platt(double a, double b) -> {
        json.writeStringProperty("method", "platt");
        JobJson.number(json, "a", a);
        JobJson.number(json, "b", b);
      }
      case Temperature(double temperature) -> {
        json.writeStringProperty("method", "temperature");
        JobJson.number(json, "temperature", temperature);
      }
      case Isotonic(double[] scores, double[] probabilities) -> {
        json.writeStringProperty("method", "isotonic");
        numbers(json, "scores", scores);
        numbers(json, "probabilities", probabilities);
      }
    }
  }

  private static void write(JsonGenerator json, CalibrationReport report) {
    json.writeStartObject();
    JobJson.number(json, "log_loss", report.logLoss());
    JobJson.number(json, "brier_score", report.brierScore());
    JobJson.number(json, "expected_calibration_error", report.expectedCalibrationError());
    json.writeArrayPropertyStart("bins");
    for (ReliabilityBin bin : report.bins()) {
      json.writeStartObject();
      json.writeNumberProperty("from", bin.from());
      json.writeNumberProperty("to", bin.to());
      json.writeNumberProperty("count", bin.count());
      JobJson.number(json, "mean_probability", bin.meanProbability());
      JobJson.number(json, "observed_frequency", bin.observedFrequency());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void numbers(JsonGenerator json, String name, double[] values) {
    json.writeArrayPropertyStart(name);
    for (double value : values) {
      if (Double.isFinite(value)) {
        json.writeNumber(value);
      } else {
        json.writeNull();
      }
    }
    json.writeEndArray();
  }
}

package dev.verhulst.client.jobs;

import dev.verhulst.client.inference.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * The calibration of a head that the server has: fitted by a job, which saves the head with it as
 * the next version of its model. Immutable.
 */
public final class Calibration {

  private final String model;
  private final Map<String, Object> parameters;
  private final JobListener listener;
  private final JobCalls calls;

  /**
   * @param calls sends jobs
   */
  public Calibration(String model, CalibrationMethod method, JobCalls calls) {
    this(model, Map.of("method", method.name().toLowerCase(Locale.ROOT)), JobListener.NONE, calls);
  }

  private Calibration(
      String model, Map<String, Object> parameters, JobListener listener, JobCalls calls) {
    this.model = model;
    this.parameters = parameters;
    this.listener = listener;
    this.calls = calls;
  }

  /** The version to calibrate. Without it, the newest. */
  public Calibration version(long version) {
    return with("version", version);
  }

  /** Who is told how the job stands. */
  public Calibration listener(JobListener newListener) {
    return new Calibration(model, parameters, newListener, calls);
  }

  /**
   * Calibrates on features of rows that the head was not trained on, and what turned out to be
   * true.
   *
   * @param features [rows, features]
   * @param labels [rows] or [rows, labels], of the type of the features
   */
  public Job onFeatures(Tensor features, Tensor labels) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    inputs.put("x", features);
    inputs.put("y", labels);
    return submit(inputs, parameters);
  }

  /** Calibrates one label. */
  public Job onFeatures(double[][] features, double[] labels) {
    return onFeatures(Examples.of(features), Tensor.of(labels, labels.length));
  }

  /**
   * Calibrates on scores: the logits of rows.
   *
   * @param scores [rows] or [rows, labels]
   * @param labels likewise, of the same type
   */
  public Job onScores(Tensor scores, Tensor labels) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    inputs.put("scores", scores);
    inputs.put("y", labels);
    return submit(inputs, parameters);
  }

  /** Calibrates one label on scores. */
  public Job onScores(double[] scores, double[] labels) {
    return onScores(Tensor.of(scores, scores.length), Tensor.of(labels, labels.length));
  }

  /**
   * Calibrates on a CSV or Parquet file on the server.
   *
   * @param file its path in the server's data directory
   * @param labels the columns that hold labels; all others are features
   */
  public Job onFile(String file, String... labels) {
    return submit(Map.of(), with("data", file).with("labels", List.of(labels)).parameters);
  }

  private Job submit(Map<String, Tensor> inputs, Map<String, Object> all) {
    String id = UUID.randomUUID().toString();
    return Job.submit(new JobRequest(id, "calibrate", model, inputs, all), calls, listener);
  }

  private Calibration with(String name, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(parameters);
    more.put(name, value);
    return new Calibration(model, more, listener, calls);
  }
}

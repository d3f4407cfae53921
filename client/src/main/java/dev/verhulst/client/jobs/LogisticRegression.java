package dev.verhulst.client.jobs;

import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.InferenceResponse;
import dev.verhulst.client.inference.Parameters;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.transport.Futures;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * A logistic regression on the server: fitted by a job, which saves it as the next version of a
 * model, and asked for probabilities. Its settings are those of scikit-learn's, where it has them.
 * Immutable.
 */
public final class LogisticRegression {

  private final String model;
  private final Map<String, Object> parameters;
  private final Map<String, Tensor> extra;
  private final JobListener listener;
  private final JobCalls calls;
  private final Function<InferenceRequest, CompletableFuture<InferenceResponse>> inferences;

  /**
   * @param calls sends jobs
   * @param inferences sends inferences
   */
  public LogisticRegression(
      String model,
      JobCalls calls,
      Function<InferenceRequest, CompletableFuture<InferenceResponse>> inferences) {
    this(model, Map.of(), Map.of(), JobListener.NONE, calls, inferences);
  }

  private LogisticRegression(
      String model,
      Map<String, Object> parameters,
      Map<String, Tensor> extra,
      JobListener listener,
      JobCalls calls,
      Function<InferenceRequest, CompletableFuture<InferenceResponse>> inferences) {
    this.model = model;
    this.parameters = parameters;
    this.extra = extra;
    this.listener = listener;
    this.calls = calls;
    this.inferences = inferences;
  }

  /** The inverse of the strength of the L2 penalty; infinite for none. Without it, 1. */
  public LogisticRegression c(double c) {
    return with("c", Double.isInfinite(c) && c > 0 ? (Object) "Infinity" : (Object) c);
  }

  /**
   * Whether features are first shifted to mean 0 and scaled to deviation 1. Without it, they are.
   */
  public LogisticRegression standardise(boolean standardise) {
    return with("standardise", standardise);
  }

  /** How the least loss is found. */
  public LogisticRegression solver(Solver solver) {
    return with("solver", solver.name().toLowerCase(Locale.ROOT));
  }

  /** After so many iterations a label's fit stops, converged or not. Without it, 1000. */
  public LogisticRegression maxIterations(int maxIterations) {
    return with("max_iterations", (long) maxIterations);
  }

  /** What the largest component of the gradient, over the sum of the weights, has to come below. */
  public LogisticRegression tolerance(double tolerance) {
    return with("tolerance", tolerance);
  }

  /** What the labels are called. */
  public LogisticRegression labelNames(String... names) {
    return with("label_names", List.of(names));
  }

  /** What the features are called. */
  public LogisticRegression featureNames(String... names) {
    return with("feature_names", List.of(names));
  }

  /** How much each row counts, of the type of the features. */
  public LogisticRegression sampleWeight(Tensor weights) {
    return with("sample_weight", weights);
  }

  /**
   * Has the probabilities calibrated.
   *
   * @param share the share of the rows that is kept from training for that, above 0 and below 1
   */
  public LogisticRegression calibration(CalibrationMethod method, double share) {
    return with("calibration", method.name().toLowerCase(Locale.ROOT))
        .with("calibration_share", share);
  }

  /** Has the probabilities calibrated, on rows of their own. */
  public LogisticRegression calibration(CalibrationMethod method, Tensor features, Tensor labels) {
    return with("calibration", method.name().toLowerCase(Locale.ROOT))
        .with("calibration_x", features)
        .with("calibration_y", labels);
  }

  /**
   * Any parameter of a fit, by the server's name for it.
   *
   * @param value a string, a boolean, a number, a list of strings, or a tensor for an input
   * @throws IllegalArgumentException where it is something else
   */
  public LogisticRegression parameter(String name, Object value) {
    if (value instanceof Tensor tensor) {
      return with(name, tensor);
    }
    return with(name, value instanceof List<?> list ? list : Parameters.check(name, value));
  }

  /** Who is told how the job stands. */
  public LogisticRegression listener(JobListener newListener) {
    return new LogisticRegression(model, parameters, extra, newListener, calls, inferences);
  }

  /**
   * Fits one label, in FP64: the head takes FP64 then.
   *
   * @param features [rows][features]
   * @param labels 0 or 1 for each row
   */
  public Job fit(double[][] features, double[] labels) {
    return fit(Examples.of(features), Tensor.of(labels, labels.length));
  }

  /**
   * Fits several labels, in FP64.
   *
   * @param features [rows][features]
   * @param labels [rows][labels], each 0 or 1
   */
  public Job fit(double[][] features, double[][] labels) {
    return fit(Examples.of(features), Examples.of(labels));
  }

  /** Fits one label to features in FP32: the head takes FP32 then. */
  public Job fit(float[][] features, float[] labels) {
    return fit(Examples.of(features), Tensor.of(labels, labels.length));
  }

  /**
   * Fits to tensors of one type, FP32 or FP64. Nothing waits: what the server says of the request,
   * the job's result tells.
   *
   * @param features [rows, features]
   * @param labels [rows] or [rows, labels]
   */
  public Job fit(Tensor features, Tensor labels) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    inputs.put("x", features);
    inputs.put("y", labels);
    inputs.putAll(extra);
    return submit(inputs, parameters);
  }

  /**
   * Fits to a CSV or Parquet file on the server.
   *
   * @param file its path in the server's data directory
   * @param labels the columns that hold labels; all others are features
   */
  public Job fitFile(String file, String... labels) {
    LogisticRegression named = with("data", file).with("labels", List.of(labels));
    return submit(extra, named.parameters);
  }

  /**
   * Fits one label for each class to a CSV or Parquet file on the server.
   *
   * @param file its path in the server's data directory
   * @param classes the column that holds classes; all others are features
   */
  public Job fitFileOfClasses(String file, String classes) {
    return submit(extra, with("data", file).with("classes", classes).parameters);
  }

  private Job submit(Map<String, Tensor> inputs, Map<String, Object> all) {
    String id = UUID.randomUUID().toString();
    return Job.submit(new JobRequest(id, "fit", model, inputs, all), calls, listener);
  }

  /**
   * The probabilities of rows, [rows][labels], from a head that takes FP64.
   *
   * @param features [rows][features]
   */
  public double[][] predict(double[][] features) {
    return Examples.toDoubles(predict(Examples.of(features)));
  }

  /** The probabilities of rows, [rows][labels], from a head that takes FP32. */
  public float[][] predict(float[][] features) {
    return Examples.toFloats(predict(Examples.of(features)));
  }

  /**
   * The probabilities of rows, [rows, labels].
   *
   * @param features [rows, features], of the type that the head takes
   */
  public Tensor predict(Tensor features) {
    return Awaiting.value(predictAsync(features), "predict", model);
  }

  /** The same, with a future. */
  public CompletableFuture<Tensor> predictAsync(Tensor features) {
    InferenceRequest request =
        InferenceRequest.builder(model).input("x", features).output("probabilities").build();
    return Futures.map(inferences.apply(request), response -> response.output("probabilities"));
  }

  private LogisticRegression with(String name, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(parameters);
    more.put(name, value);
    return new LogisticRegression(model, more, extra, listener, calls, inferences);
  }

  private LogisticRegression with(String name, Tensor tensor) {
    Map<String, Tensor> more = new LinkedHashMap<>(extra);
    more.put(name, tensor);
    return new LogisticRegression(model, parameters, more, listener, calls, inferences);
  }
}

package dev.verhulst.service.metrics;

import dev.verhulst.service.inference.ModelVersion;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongSupplier;

/** What the server has done so far, by version of a model. Thread-safe. */
public final class InferenceMetrics {

  private final Map<ModelVersion, ModelMetrics> models = new ConcurrentSkipListMap<>();
  private final RefusedRequests refused = new RefusedRequests();
  private final LongSupplier nanoTime;
  private final LongSupplier currentTimeMillis;

  /**
   * @param nanoTime the clock, {@link System#nanoTime()} outside of tests
   * @param currentTimeMillis the calendar, {@link System#currentTimeMillis()} outside of tests
   */
  public InferenceMetrics(LongSupplier nanoTime, LongSupplier currentTimeMillis) {
    this.nanoTime = nanoTime;
    this.currentTimeMillis = currentTimeMillis;
  }

  /** Metrics that begin now, at zero, and are not exposed yet. */
  public ModelMetrics create() {
    return new ModelMetrics(nanoTime, currentTimeMillis);
  }

  /** Exposes the metrics of a version from now on, in the place of those that it had. */
  public void expose(ModelVersion version, ModelMetrics metrics) {
    models.put(version, metrics);
  }

  /** Exposes the metrics of a version no longer. */
  public void conceal(ModelVersion version) {
    models.remove(version);
  }

  /** Those requests that none of the models counts. */
  public RefusedRequests refused() {
    return refused;
  }

  /** How many batches the device has computed for requests, of all models that are served. */
  public long executions() {
    long sum = 0;
    for (ModelMetrics model : models.values()) {
      sum += model.executions.sum();
    }
    return sum;
  }

  Map<ModelVersion, ModelMetrics> models() {
    return models;
  }
}

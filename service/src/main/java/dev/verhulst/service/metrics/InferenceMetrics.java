package dev.verhulst.service.metrics;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongSupplier;

/** What the server has done so far, by model. Thread-safe. */
public final class InferenceMetrics {

  private final Map<String, ModelMetrics> models = new ConcurrentSkipListMap<>();
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

  /**
   * The metrics of a model. They are exposed, as zeros, from the first call on, so that a caller
   * asks once per model at the start and keeps the answer.
   *
   * @param name the model's name, as the catalogue writes it
   */
  public ModelMetrics model(String name) {
    return models.computeIfAbsent(name, model -> new ModelMetrics(nanoTime, currentTimeMillis));
  }

  /** How many batches the device has computed for requests, of all models. */
  public long executions() {
    long sum = 0;
    for (ModelMetrics model : models.values()) {
      sum += model.executions.sum();
    }
    return sum;
  }

  Map<String, ModelMetrics> models() {
    return models;
  }
}

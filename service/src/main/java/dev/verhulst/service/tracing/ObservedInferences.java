package dev.verhulst.service.tracing;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Makes observations of inferences: {@code verhulst.inference}, named after its model, and in it
 * {@code verhulst.phase} for each phase.
 */
final class ObservedInferences implements InferenceTracing {

  private final ObservationRegistry registry;
  private final InstantSource calendar;
  private final LongSupplier nanoTime;

  /**
   * @param nanoTime the clock, {@link System#nanoTime()} outside of tests
   */
  ObservedInferences(ObservationRegistry registry, InstantSource calendar, LongSupplier nanoTime) {
    this.registry = registry;
    this.calendar = calendar;
    this.nanoTime = nanoTime;
  }

  @Override
  public InferenceTrace begin(String model, String version, CallHeaders headers, long received) {
    long epochOffset = epochNanos(calendar.instant()) - nanoTime.getAsLong();
    RequestContext context = new RequestContext(headers, received + epochOffset);
    Observation request =
        Observation.createNotStarted("verhulst.inference", () -> context, registry)
            .contextualName("infer " + model)
            .lowCardinalityKeyValue("model", model)
            .lowCardinalityKeyValue("version", version)
            .start();
    ObservedInference trace = new ObservedInference(registry, request, epochOffset, nanoTime);
    trace.enter(Phase.READ, received);
    return trace;
  }

  private static long epochNanos(Instant instant) {
    return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
  }
}

package dev.verhulst.service.tracing;

import io.micrometer.observation.Observation;

/**
 * A phase as it is observed. When it began and ended is known only afterwards, from the batcher, so
 * it says that itself, in nanoseconds since 1970.
 */
final class PhaseContext extends Observation.Context {

  private final long startEpochNanos;
  private long endEpochNanos;

  PhaseContext(long startEpochNanos) {
    this.startEpochNanos = startEpochNanos;
    this.endEpochNanos = startEpochNanos;
  }

  long startEpochNanos() {
    return startEpochNanos;
  }

  long endEpochNanos() {
    return endEpochNanos;
  }

  void endAt(long epochNanos) {
    endEpochNanos = Math.max(startEpochNanos, epochNanos);
  }
}

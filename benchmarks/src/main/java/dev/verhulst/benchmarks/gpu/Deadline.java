package dev.verhulst.benchmarks.gpu;

import java.time.Duration;
import java.util.function.LongSupplier;

/** The end of the time that a step has. */
final class Deadline {

  private final LongSupplier nanoTime;
  private final long end;

  /**
   * @param nanoTime the clock, {@code System::nanoTime}
   */
  Deadline(LongSupplier nanoTime, Duration budget) {
    this.nanoTime = nanoTime;
    end = nanoTime.getAsLong() + budget.toNanos();
  }

  boolean isOver() {
    return left().isZero();
  }

  /** What is left, never negative. */
  Duration left() {
    return Duration.ofNanos(Math.max(0, end - nanoTime.getAsLong()));
  }
}

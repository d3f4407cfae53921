package dev.verhulst.service.device;

/**
 * Decides from the speeds of successive rounds whether the compiler is done with a kernel: it is
 * once the last rounds are about as fast as the best one, and as fast as compiled code is. The
 * second condition is there for the plateaus on the way: interpreted vector code runs steadily too,
 * a hundred times slower.
 */
final class WarmUpProgress {

  private static final int STEADY_ROUNDS = 3;
  private static final double STEADY_WITHIN = 1.3;

  /**
   * By how much the best speed is forgotten at each round: it may have been the machine's, which
   * has more to give while its neighbours rest, and not the kernel's.
   */
  private static final double FORGOTTEN = 1.03;

  private final double compiledNanos;
  private double best = Double.POSITIVE_INFINITY;
  private int steady;

  /**
   * @param compiledNanos the most time per element, in nanoseconds, that compiled code takes
   */
  WarmUpProgress(double compiledNanos) {
    this.compiledNanos = compiledNanos;
  }

  /**
   * Takes note of a round.
   *
   * @param nanosPerElement how long it took
   * @return whether the kernel is fast now
   */
  boolean add(double nanosPerElement) {
    boolean better = nanosPerElement < best / STEADY_WITHIN;
    boolean near = nanosPerElement <= best * STEADY_WITHIN && nanosPerElement <= compiledNanos;
    best = Math.min(best * FORGOTTEN, nanosPerElement);
    steady = better ? 0 : near ? steady + 1 : steady;
    return steady >= STEADY_ROUNDS;
  }
}

package dev.verhulst.benchmarks.kernels;

import dev.verhulst.benchmarks.contender.Contender;
import dev.verhulst.benchmarks.contender.Operands;
import dev.verhulst.benchmarks.contender.Operation;
import dev.verhulst.benchmarks.contender.PreparedOperation;
import dev.verhulst.kernels.DataType;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * Runs an operation on a small tensor until it gets no faster, that is until the JIT compiler is
 * done with it. Time is the thread's own on the processor, so that a busy machine makes it wait for
 * the compiler, not give up.
 */
final class WarmUp {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final long ELEMENTS = 1 << 12;
  private static final long BATCH_NANOSECONDS = 5_000_000;

  /** How long it must have gone on without getting faster. */
  private static final long SETTLED_NANOSECONDS = 800_000_000;

  private static final long LONGEST_NANOSECONDS = 15_000_000_000L;

  /** A gain below it is noise. */
  private static final double GAIN = 0.03;

  private WarmUp() {}

  static void run(ContenderKind kind, Operation operation, DataType dataType, int threads)
      throws Exception {
    try (Contender contender = kind.open(threads);
        Operands operands = new Operands(operation, dataType, ELEMENTS);
        PreparedOperation prepared = contender.prepare(operation, operands)) {
      long start = processorNanoseconds();
      long lastGain = start;
      double best = Double.MAX_VALUE;
      for (long now = start;
          now - lastGain < SETTLED_NANOSECONDS && now - start < LONGEST_NANOSECONDS;
          now = processorNanoseconds()) {
        double callNanoseconds = batch(prepared);
        if (callNanoseconds < best * (1 - GAIN)) {
          best = callNanoseconds;
          lastGain = processorNanoseconds();
        }
      }
    }
  }

  /** The mean time of a call, over a few milliseconds. */
  private static double batch(PreparedOperation prepared) throws Exception {
    long start = processorNanoseconds();
    int calls = 0;
    do {
      try {
        prepared.run();
      } catch (Throwable failure) {
        throw new IllegalStateException("the warm-up failed", failure);
      }
      calls++;
    } while (processorNanoseconds() - start < BATCH_NANOSECONDS);
    return (processorNanoseconds() - start) / (double) calls;
  }

  private static long processorNanoseconds() {
    return THREADS.getCurrentThreadCpuTime();
  }
}

package dev.verhulst.service.device;

import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.DeviceKind;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs kernels in turns, each until it is fast, so that the compiler works on one while the others
 * run. Once all have had enough calls to interest the compiler, it rests between rounds and leaves
 * the processor to it.
 */
final class KernelWarmer {

  private static final Logger LOG = LoggerFactory.getLogger(KernelWarmer.class);

  /** Compiled code takes 0.1 to 3 ns an element; interpreted code takes 30 ns and more. */
  private static final double COMPILED_CPU_NANOS = 8;

  private static final double COMPILED_GPU_NANOS = Double.POSITIVE_INFINITY;
  private static final long TURN_NANOS = 1_000_000;

  /** How long a kernel runs until the compiler has surely noticed it. */
  private static final long NOTICED_NANOS = 80_000_000;

  private static final Duration REST = Duration.ofMillis(3);

  /**
   * How long no kernel may get fast until all are given up for slow: the machine has no time to
   * spare for its compiler.
   */
  private static final long LIMIT_NANOS = 10_000_000_000L;

  /** Called between turns, to hold the warm-up back. */
  @FunctionalInterface
  interface Brake {
    /** Returns when the warm-up may go on; how long it was held back, in nanoseconds. */
    long pass() throws InterruptedException;
  }

  private final Device device;
  private final LongSupplier nanoTime;
  private final Brake brake;

  KernelWarmer(Device device, LongSupplier nanoTime, Brake brake) {
    this.device = device;
    this.nanoTime = nanoTime;
    this.brake = brake;
  }

  /**
   * Runs kernels until they are fast, or their time is up.
   *
   * @param done called once for each
   */
  void warm(List<Kernel> kernels, Runnable done) throws InterruptedException {
    List<Warming> slow = new ArrayList<>();
    kernels.forEach(kernel -> slow.add(new Warming(kernel)));
    try (WarmUpTensors tensors = new WarmUpTensors(device)) {
      List<MemorySegment> segments = tensors.segments();
      long deadline = nanoTime.getAsLong() + LIMIT_NANOS;
      while (!slow.isEmpty() && nanoTime.getAsLong() - deadline < 0) {
        if (slow.stream().allMatch(each -> each.runNanos > NOTICED_NANOS)) {
          Thread.sleep(REST);
        }
        for (Iterator<Warming> each = slow.iterator(); each.hasNext(); ) {
          if (each.next().takeTurn(segments)) {
            each.remove();
            done.run();
            deadline = nanoTime.getAsLong() + LIMIT_NANOS;
          }
          deadline += brake.pass();
          if (Thread.interrupted()) {
            throw new InterruptedException();
          }
        }
      }
    }
    if (!slow.isEmpty()) {
      LOG.warn(
          "Not fast yet, and left to get so as requests use them: {}",
          slow.stream().map(each -> each.kernel).toList());
      slow.forEach(each -> done.run());
    }
  }

  /** A kernel that is not fast yet. */
  private final class Warming {

    private final Kernel kernel;
    private final WarmUpProgress progress =
        new WarmUpProgress(
            device.kind() == DeviceKind.CPU ? COMPILED_CPU_NANOS : COMPILED_GPU_NANOS);
    private long runNanos;

    Warming(Kernel kernel) {
      this.kernel = kernel;
    }

    /** Runs the kernel for a while; true where it needs no further turn. */
    boolean takeTurn(List<MemorySegment> tensors) {
      try {
        return progress.add(nanosPerElement(tensors));
      } catch (RuntimeException e) {
        LOG.error("{} could not be warmed up: {}", kernel, e.toString());
        return true;
      }
    }

    private double nanosPerElement(List<MemorySegment> tensors) {
      long begun = nanoTime.getAsLong();
      long calls = 0;
      long elapsed;
      do {
        kernel.run(device, tensors, WarmUpTensors.ELEMENTS);
        calls++;
        elapsed = nanoTime.getAsLong() - begun;
      } while (elapsed < TURN_NANOS);
      runNanos += elapsed;
      return (double) elapsed / (calls * WarmUpTensors.ELEMENTS);
    }
  }
}

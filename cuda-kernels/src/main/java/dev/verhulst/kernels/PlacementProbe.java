package dev.verhulst.kernels;

import dev.verhulst.kernels.activation.Activation;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Measures from which size on element-wise work is faster on the GPU, the way over the bus and back
 * included, than on the CPU. Both devices should have been warmed up: the probe runs each a few
 * times only, on page-locked memory, in turns, and compares medians.
 */
public final class PlacementProbe {

  /** What {@link #crossoverBytes} answers where the GPU is not faster at any size. */
  public static final long NEVER = Long.MAX_VALUE;

  /** Memory full of this byte is a normal number in every type; subnormal ones can be slow. */
  private static final byte NORMAL_NUMBERS = 0x3c;

  private static final int WARM_UPS = 2;
  private static final int ROUNDS = 7;

  private final LongSupplier nanoTime;

  /**
   * @param nanoTime the clock, {@code System::nanoTime}
   */
  public PlacementProbe(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Measures an activation, the largest size first, until the CPU is faster.
   *
   * @param activation any that takes no second input
   * @param byteSizes the sizes of the input to try, at least one, each at least one element
   * @return the smallest size at which, and at all larger ones, the GPU is faster; {@link #NEVER}
   *     where it is not at the largest
   */
  public long crossoverBytes(
      Device cpu, Device gpu, Activation activation, DataType dataType, List<Long> byteSizes) {
    List<Long> fromLargest = byteSizes.stream().sorted(Comparator.reverseOrder()).toList();
    long crossover = NEVER;
    try (HostBuffer x = gpu.allocate(fromLargest.getFirst());
        HostBuffer y = gpu.allocate(fromLargest.getFirst())) {
      x.segment().fill(NORMAL_NUMBERS);
      for (long byteSize : fromLargest) {
        long elements = byteSize / dataType.byteSize();
        List<ActivationTask> tasks =
            List.of(
                new ActivationTask(
                    elements, elements, x.segment(), null, null, y.segment(), null, null));
        if (!isFaster(gpu, cpu, activation, dataType, tasks)) {
          break;
        }
        crossover = byteSize;
      }
    }
    return crossover;
  }

  private boolean isFaster(
      Device one,
      Device other,
      Activation activation,
      DataType dataType,
      List<ActivationTask> tasks) {
    long[] ofOne = new long[ROUNDS];
    long[] ofOther = new long[ROUNDS];
    for (int i = -WARM_UPS; i < ROUNDS; i++) {
      long nanosOfOne = nanos(one, activation, dataType, tasks);
      long nanosOfOther = nanos(other, activation, dataType, tasks);
      if (i >= 0) {
        ofOne[i] = nanosOfOne;
        ofOther[i] = nanosOfOther;
      }
    }
    return median(ofOne) < median(ofOther);
  }

  private long nanos(
      Device device, Activation activation, DataType dataType, List<ActivationTask> tasks) {
    long start = nanoTime.getAsLong();
    device.run(activation, dataType, tasks);
    return nanoTime.getAsLong() - start;
  }

  private static long median(long[] values) {
    return Arrays.stream(values).sorted().toArray()[values.length / 2];
  }
}

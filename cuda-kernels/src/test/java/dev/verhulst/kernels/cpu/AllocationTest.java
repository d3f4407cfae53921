package dev.verhulst.kernels.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.verhulst.kernels.ActivationChecks;
import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.LossChecks;
import dev.verhulst.kernels.LossTask;
import dev.verhulst.kernels.Tensors;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.kernels.loss.Reduction;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a call leaves to the garbage collector once its loops are compiled: some objects for the
 * call, none for its elements. A loop whose vectors are boxed allocates several times its tensor.
 */
final class AllocationTest {

  private static final long BYTES_PER_CALL = 4 * 1024;
  private static final int FAST_CALLS = 20;
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final long ELEMENTS = 40_000;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  static Stream<Arguments> activations() {
    return ActivationChecks.activations()
        .flatMap(
            activation ->
                Stream.of(DataType.values()).map(dataType -> Arguments.of(activation, dataType)));
  }

  @ParameterizedTest(name = "{0} in {1}")
  @MethodSource("activations")
  void ofAnActivationIsSmall(Activation activation, DataType dataType) {
    try (CpuDevice device = new CpuDevice(1);
        Tensors tensors = new Tensors(dataType, new Random(1))) {
      ActivationTask task =
          ActivationChecks.task(tensors, activation, ELEMENTS / 40, 40, ActivationChecks.ALL);
      assertLittleGarbage(() -> device.run(activation, dataType, List.of(task)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void ofALossIsSmall(DataType dataType) {
    try (CpuDevice device = new CpuDevice(1);
        Tensors tensors = new Tensors(dataType, new Random(1))) {
      for (int given = 4; given < 16; given++) {
        LossTask task = LossChecks.task(tensors, Reduction.MEAN, ELEMENTS / 40, 40, given);
        BinaryCrossEntropyWithLogits loss = new BinaryCrossEntropyWithLogits(Reduction.MEAN);
        assertLittleGarbage(() -> device.run(loss, dataType, List.of(task)));
      }
    }
  }

  /** Calls until some calls in a row allocate little; until then the loops are being compiled. */
  private static void assertLittleGarbage(Runnable call) {
    long start = System.nanoTime();
    long allocated = 0;
    for (int fast = 0; fast < FAST_CALLS; fast = allocated <= BYTES_PER_CALL ? fast + 1 : 0) {
      assertThat(System.nanoTime() - start)
          .as("nanoseconds in which calls went on to allocate, the last %s bytes", allocated)
          .isLessThan(LIMIT.toNanos());
      long before = THREADS.getCurrentThreadAllocatedBytes();
      call.run();
      allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    }
  }
}

package dev.verhulst.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.activation.Sigmoid;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PlacementProbeTest {

  private static final List<Long> SIZES = List.of(1_024L, 4_096L, 65_536L, 1_048_576L);

  private long now;
  private final PlacementProbe probe = new PlacementProbe(() -> now);
  private int openBuffers;
  private long largestRun;

  @ParameterizedTest
  @EnumSource
  void findsWhereTheLinesCross(DataType dataType) {
    Device cpu = device(bytes -> bytes);
    Device gpu = device(bytes -> 10_000 + bytes / 10);
    assertThat(probe.crossoverBytes(cpu, gpu, new Sigmoid(), dataType, SIZES)).isEqualTo(65_536);
    assertThat(openBuffers).isZero();
    assertThat(largestRun).isEqualTo(1_048_576);
  }

  @Test
  void answersTheSmallestSizeWhereTheGpuIsAlwaysFaster() {
    assertThat(crossover(bytes -> 2, bytes -> 1)).isEqualTo(1_024);
  }

  @Test
  void answersNeverWhereTheCpuIsFasterOrAsFast() {
    assertThat(crossover(bytes -> bytes, bytes -> bytes + 1)).isEqualTo(PlacementProbe.NEVER);
    assertThat(crossover(bytes -> bytes, bytes -> bytes)).isEqualTo(PlacementProbe.NEVER);
  }

  /** A size at which the GPU is faster by chance, below one at which it is not, does not count. */
  @Test
  void wantsTheGpuToBeFasterAtAllLargerSizesToo() {
    assertThat(crossover(bytes -> bytes, bytes -> bytes == 65_536 ? bytes * 2 : 1))
        .isEqualTo(1_048_576);
  }

  /** A few slow runs, of a GPU that wakes up or a CPU that was interrupted, change nothing. */
  @Test
  void isNotMisledByOutliers() {
    int[] runs = new int[1];
    LongUnaryOperator sometimesSlow = _ -> runs[0]++ % 3 == 0 ? 1_000_000 : 1;
    assertThat(crossover(_ -> 2, sometimesSlow)).isEqualTo(1_024);
  }

  private long crossover(LongUnaryOperator cpu, LongUnaryOperator gpu) {
    return probe.crossoverBytes(device(cpu), device(gpu), new Sigmoid(), DataType.FP32, SIZES);
  }

  /** A device whose runs take a time that depends on how many bytes they read. */
  private Device device(LongUnaryOperator nanos) {
    return new Device() {
      @Override
      public DeviceKind kind() {
        return DeviceKind.CPU;
      }

      @Override
      public String description() {
        return "a device with a clock";
      }

      @Override
      public HostBuffer allocate(long byteSize) {
        openBuffers++;
        MemorySegment segment = Arena.ofAuto().allocate(byteSize, HostBuffer.ALIGNMENT);
        return new HostBuffer() {
          @Override
          public MemorySegment segment() {
            return segment;
          }

          @Override
          public void close() {
            openBuffers--;
          }
        };
      }

      @Override
      public void run(Activation activation, DataType dataType, List<ActivationTask> tasks) {
        TaskValidation.validateActivations(activation, dataType, tasks);
        long bytes = tasks.getFirst().elements() * dataType.byteSize();
        largestRun = Math.max(largestRun, bytes);
        now += nanos.applyAsLong(bytes);
      }

      @Override
      public void run(BinaryCrossEntropyWithLogits loss, DataType dataType, List<LossTask> tasks) {
        throw new AssertionError();
      }

      @Override
      public void close() {}
    };
  }
}

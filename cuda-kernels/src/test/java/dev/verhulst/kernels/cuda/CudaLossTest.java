package dev.verhulst.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Elements;
import dev.verhulst.kernels.LossChecks;
import dev.verhulst.kernels.LossTask;
import dev.verhulst.kernels.Tensors;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.kernels.loss.Reduction;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Binary cross-entropy through the device, against the scalar definition. */
@Tag(FakeDriver.TAG)
final class CudaLossTest {

  private FakeDriver driver;
  private final Random random = new Random(25);

  @BeforeEach
  void imitate() {
    driver = FakeDriver.fresh();
  }

  @AfterEach
  void nothingIsLeft() {
    Leaks.assertNone(driver);
  }

  static Stream<Arguments> cases() {
    return Stream.of(Reduction.values())
        .flatMap(
            reduction ->
                Stream.of(DataType.values())
                    .flatMap(
                        dataType ->
                            Stream.of(CudaOptions.DEFAULT, OpenDevice.TINY)
                                .map(options -> Arguments.of(reduction, dataType, options))));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void computesABatch(Reduction reduction, DataType dataType, CudaOptions options) {
    try (CudaDevice device = OpenDevice.open(options)) {
      LossChecks.checkBatch(device, reduction, dataType, random);
    }
  }

  @Test
  void hasTheSameBitsInEveryBatchAndOnEveryStream() {
    for (DataType dataType : DataType.values()) {
      try (CudaDevice device = OpenDevice.open(OpenDevice.TINY);
          Tensors tensors = new Tensors(dataType, random)) {
        LossTask task = LossChecks.task(tensors, Reduction.SUM, 30, 100, 7);
        List<LossTask> batch = new ArrayList<>();
        List<Double> sums = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
          batch.add(LossChecks.task(tensors, Reduction.SUM, 1 + i, 100, 7));
          batch.add(task);
          device.run(new BinaryCrossEntropyWithLogits(Reduction.SUM), dataType, batch);
          sums.add(Elements.get(Objects.requireNonNull(task.loss()), dataType, 0));
        }
        assertThat(sums).containsOnly(sums.getFirst());
      }
    }
  }

  @Test
  void ofNothingIsNotANumberOrZero() {
    for (DataType dataType : DataType.values()) {
      try (CudaDevice device = OpenDevice.open(CudaOptions.DEFAULT);
          Tensors tensors = new Tensors(dataType, random)) {
        assertThat(lossOfNothing(device, tensors, Reduction.MEAN, dataType)).isNaN();
        assertThat(lossOfNothing(device, tensors, Reduction.SUM, dataType)).isZero();
      }
    }
    assertThat(driver.count("cuLaunchKernel")).isZero();
  }

  private static double lossOfNothing(
      CudaDevice device, Tensors tensors, Reduction reduction, DataType dataType) {
    MemorySegment nothing = tensors.empty(0);
    MemorySegment loss = tensors.random(1, 3, 4);
    device.run(
        new BinaryCrossEntropyWithLogits(reduction),
        dataType,
        List.of(new LossTask(0, 1, nothing, nothing, null, null, loss, nothing)));
    return Elements.get(loss, dataType, 0);
  }

  @Test
  void takesTwoLaunchesForASmallTensorAndNoMemory() {
    try (CudaDevice device = OpenDevice.open(CudaOptions.DEFAULT);
        Tensors tensors = new Tensors(DataType.FP32, random)) {
      long launches = driver.count("cuLaunchKernel");
      long allocations = driver.count("cuMemAlloc");
      device.run(
          new BinaryCrossEntropyWithLogits(Reduction.MEAN),
          DataType.FP32,
          List.of(LossChecks.task(tensors, Reduction.MEAN, 10, 10, 15)));
      assertThat(driver.count("cuLaunchKernel") - launches).isEqualTo(2);
      assertThat(driver.count("cuMemAlloc") - allocations).isZero();
    }
  }
}

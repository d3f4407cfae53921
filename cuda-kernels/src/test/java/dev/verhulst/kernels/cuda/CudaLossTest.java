package dev.verhulst.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.LossTask;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.kernels.loss.Reduction;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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

  /** One call with tensors of many sizes, with and without each optional tensor. */
  @ParameterizedTest
  @MethodSource("cases")
  void computesABatch(Reduction reduction, DataType dataType, CudaOptions options) {
    try (CudaDevice device = OpenDevice.open(options);
        Tensors tensors = new Tensors(dataType, random)) {
      List<LossTask> tasks = new ArrayList<>();
      for (long labels : new long[] {1, 7, 700}) {
        for (int given = 0; given < 16; given++) {
          tasks.add(task(tensors, reduction, 1 + given % 3, labels, given));
        }
      }
      device.run(new BinaryCrossEntropyWithLogits(reduction), dataType, tasks);
      tasks.forEach(task -> assertResults(tensors, reduction, dataType, task));
    }
  }

  /**
   * @param given which of weight, positive weight, loss and gradient there are, as bits
   */
  private static LossTask task(
      Tensors tensors, Reduction reduction, long rows, long labels, int given) {
    long elements = rows * labels;
    return new LossTask(
        elements,
        labels,
        tensors.random(elements, -8, 8),
        tensors.random(elements, 0, 1),
        (given & 1) == 0 ? null : tensors.random(elements, 0.5, 2),
        (given & 2) == 0 ? null : tensors.random(labels, 0.5, 2),
        (given & 4) == 0 ? null : tensors.empty(reduction == Reduction.NONE ? elements : 1),
        (given & 8) == 0 ? null : tensors.empty(elements));
  }

  private static void assertResults(
      Tensors tensors, Reduction reduction, DataType dataType, LossTask task) {
    int elements = (int) task.elements();
    double scale = reduction == Reduction.MEAN ? 1.0 / elements : 1;
    double[] logits = tensors.read(task.logits(), 0, elements);
    double[] targets = tensors.read(task.target(), 0, elements);
    double sum = 0;
    for (int i = 0; i < elements; i++) {
      double weight = valueOr1(task.weight(), dataType, i);
      double posWeight = valueOr1(task.posWeight(), dataType, i % task.labels());
      double loss = BinaryCrossEntropyWithLogits.loss(logits[i], targets[i], weight, posWeight);
      double gradient =
          BinaryCrossEntropyWithLogits.gradient(logits[i], targets[i], weight, posWeight);
      sum += loss;
      if (reduction == Reduction.NONE) {
        assertElement("loss", task.loss(), dataType, i, loss);
      }
      assertElement("gradient", task.gradLogits(), dataType, i, gradient * scale);
    }
    if (reduction != Reduction.NONE) {
      assertElement("loss", task.loss(), dataType, 0, sum * scale);
    }
  }

  private static double valueOr1(@Nullable MemorySegment tensor, DataType dataType, long index) {
    return tensor == null ? 1 : Elements.get(tensor, dataType, index);
  }

  private static void assertElement(
      String name, @Nullable MemorySegment tensor, DataType dataType, long index, double expected) {
    if (tensor != null) {
      Elements.assertClose(
          Elements.get(tensor, dataType, index),
          expected,
          2 * Elements.tolerance(dataType) * Math.max(1, Math.abs(expected)),
          () -> name + " " + index + " in " + dataType);
    }
  }

  @Test
  void hasTheSameBitsInEveryBatchAndOnEveryStream() {
    for (DataType dataType : DataType.values()) {
      try (CudaDevice device = OpenDevice.open(OpenDevice.TINY);
          Tensors tensors = new Tensors(dataType, random)) {
        LossTask task = task(tensors, Reduction.SUM, 30, 100, 7);
        List<LossTask> batch = new ArrayList<>();
        List<Double> sums = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
          batch.add(task(tensors, Reduction.SUM, 1 + i, 100, 7));
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
          List.of(task(tensors, Reduction.MEAN, 10, 10, 15)));
      assertThat(driver.count("cuLaunchKernel") - launches).isEqualTo(2);
      assertThat(driver.count("cuMemAlloc") - allocations).isZero();
    }
  }
}

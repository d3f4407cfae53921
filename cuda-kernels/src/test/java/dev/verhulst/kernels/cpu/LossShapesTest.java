package dev.verhulst.kernels.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Elements;
import dev.verhulst.kernels.LossChecks;
import dev.verhulst.kernels.LossTask;
import dev.verhulst.kernels.Tensors;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.kernels.loss.Reduction;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The loss in every type and reduction at sizes that leave rests, with and without each optional
 * tensor, at addresses that are multiples of nothing. Nothing beside an output is written.
 */
final class LossShapesTest {

  /** Each of weight, positive weight, loss and gradient is given or not. */
  private static final int COMBINATIONS = 16;

  private static final CpuDevice DEVICE = new CpuDevice(2);

  @AfterAll
  static void close() {
    DEVICE.close();
  }

  static Stream<Arguments> cases() {
    return Stream.of(Reduction.values())
        .flatMap(
            reduction ->
                Stream.of(DataType.values()).map(dataType -> Arguments.of(reduction, dataType)));
  }

  @ParameterizedTest(name = "{0} in {1}")
  @MethodSource("cases")
  void isTheDefinition(Reduction reduction, DataType dataType) {
    for (Shape shape : Shape.ALL.stream().filter(each -> each.elements() > 0).toList()) {
      for (long offset : new long[] {0, dataType.byteSize(), 1}) {
        for (int given = 0; given < COMBINATIONS; given++) {
          try (Tensors tensors = new Tensors(dataType, new Random(given), offset)) {
            LossTask task =
                LossChecks.task(tensors, reduction, shape.rows(), shape.columns(), given);
            DEVICE.run(new BinaryCrossEntropyWithLogits(reduction), dataType, List.of(task));
            LossChecks.assertResults(tensors, reduction, dataType, task);
            tensors.assertGuardsUntouched(reduction + " in " + dataType + ", " + shape);
          }
        }
      }
    }
  }

  /** As in PyTorch. */
  @ParameterizedTest
  @EnumSource
  void ofNothingIsNotANumberOrZero(DataType dataType) {
    try (Tensors tensors = new Tensors(dataType, new Random(1))) {
      assertThat(lossOfNothing(tensors, Reduction.MEAN, dataType)).isNaN();
      assertThat(lossOfNothing(tensors, Reduction.SUM, dataType)).isZero();
      tensors.assertGuardsUntouched("the loss of nothing in " + dataType);
    }
  }

  private static double lossOfNothing(Tensors tensors, Reduction reduction, DataType dataType) {
    MemorySegment nothing = tensors.empty(0);
    MemorySegment loss = tensors.random(1, 3, 4);
    DEVICE.run(
        new BinaryCrossEntropyWithLogits(reduction),
        dataType,
        List.of(new LossTask(0, 1, nothing, nothing, null, null, loss, nothing)));
    return Elements.get(loss, dataType, 0);
  }
}

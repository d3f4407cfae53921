package dev.verhulst.kernels.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.ActivationChecks;
import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Tensors;
import dev.verhulst.kernels.activation.Activation;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every activation in every type at sizes that leave rests, out of place and in place, at addresses
 * that are multiples of nothing, against its definition. Nothing beside an output is written.
 */
final class ActivationShapesTest {

  private static final CpuDevice DEVICE = new CpuDevice(2);

  @AfterAll
  static void close() {
    DEVICE.close();
  }

  static Stream<Arguments> cases() {
    return ActivationChecks.activations()
        .flatMap(
            activation ->
                Stream.of(DataType.values()).map(dataType -> Arguments.of(activation, dataType)));
  }

  @ParameterizedTest(name = "{0} in {1}")
  @MethodSource("cases")
  void isTheDefinition(Activation activation, DataType dataType) {
    for (Shape shape : Shape.ALL) {
      for (long offset : new long[] {0, dataType.byteSize(), 1}) {
        try (Tensors tensors = new Tensors(dataType, new Random(1), offset)) {
          ActivationTask task = task(tensors, activation, shape);
          DEVICE.run(activation, dataType, List.of(task));
          ActivationChecks.assertResults(tensors, activation, dataType, task);
          tensors.assertGuardsUntouched(activation + " in " + dataType + ", " + shape);
        }
      }
    }
  }

  @ParameterizedTest(name = "{0} in {1}")
  @MethodSource("cases")
  void isTheSameInPlace(Activation activation, DataType dataType) {
    for (Shape shape : Shape.ALL) {
      try (Tensors tensors = new Tensors(dataType, new Random(1))) {
        ActivationTask apart = task(tensors, activation, shape);
        MemorySegment value = tensors.copy(apart.x());
        MemorySegment derivative = tensors.copy(apart.x());
        MemorySegment gradient = tensors.copy(apart.x());
        DEVICE.run(
            activation,
            dataType,
            List.of(
                apart,
                inPlace(apart, value, value, null, null),
                inPlace(apart, derivative, null, derivative, null),
                inPlace(apart, gradient, null, null, gradient)));
        String what = activation + " in " + dataType + " in place, " + shape;
        assertSame(value, apart.y(), what);
        assertSame(derivative, apart.dyDx(), what);
        assertSame(gradient, apart.gradX(), what);
        tensors.assertGuardsUntouched(what);
      }
    }
  }

  private static ActivationTask task(Tensors tensors, Activation activation, Shape shape) {
    return ActivationChecks.task(
        tensors, activation, shape.rows(), shape.columns(), ActivationChecks.ALL);
  }

  private static ActivationTask inPlace(
      ActivationTask task,
      MemorySegment x,
      @Nullable MemorySegment y,
      @Nullable MemorySegment dyDx,
      @Nullable MemorySegment gradX) {
    return new ActivationTask(
        task.elements(), task.lastDimension(), x, task.slope(), task.gradY(), y, dyDx, gradX);
  }

  private static void assertSame(
      MemorySegment inPlace, @Nullable MemorySegment apart, String what) {
    assertThat(inPlace.mismatch(Objects.requireNonNull(apart))).as(what).isEqualTo(-1);
  }
}

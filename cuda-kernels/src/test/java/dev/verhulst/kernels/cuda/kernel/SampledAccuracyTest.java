package dev.verhulst.kernels.cuda.kernel;

import dev.verhulst.kernels.activation.ElementwiseActivation;
import dev.verhulst.kernels.cuda.ptx.Approximation;
import dev.verhulst.kernels.cuda.ptx.Approximation.Direction;
import dev.verhulst.kernels.cuda.ptx.DeviceMemory;
import dev.verhulst.kernels.cuda.ptx.Interpreter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The forward kernels over the whole range of their type: FP32 over bit patterns at even distances,
 * with the approximate instructions at both ends of their bounds; FP16 and BF16 over every pattern.
 */
final class SampledAccuracyTest {

  /** Patterns at this distance are about 200,000; a prime meets every exponent and mantissa. */
  private static final int STEP = 21_467;

  private static final String TARGET = "compute_80";

  static Stream<ElementwiseFunction> functions() {
    return ElementwiseFunction.all();
  }

  @ParameterizedTest
  @MethodSource("functions")
  void singlePrecision(ElementwiseFunction function) {
    WorstError worst = new WorstError(function + " FP32");
    int offset = 0;
    for (Direction direction : List.of(Direction.BELOW, Direction.ABOVE)) {
      int start = offset++ * STEP / 2;
      double[] x =
          IntStream.range(0, (int) ((1L << 32) / STEP))
              .mapToDouble(i -> Float.intBitsToFloat(start + i * STEP))
              .toArray();
      compare(function, NumberFormat.FP32, x, direction, worst);
    }
    worst.assertWithinBound();
  }

  @ParameterizedTest
  @MethodSource("functions")
  void everyHalfPrecisionPattern(ElementwiseFunction function) {
    double[] x =
        IntStream.range(0, 1 << 16).mapToDouble(i -> Float.float16ToFloat((short) i)).toArray();
    WorstError worst = new WorstError(function + " FP16");
    compare(function, NumberFormat.FP16, x, Direction.EITHER_END, worst);
    worst.assertWithinBound();
  }

  @ParameterizedTest
  @MethodSource("functions")
  void everyBfloat16Pattern(ElementwiseFunction function) {
    double[] x =
        IntStream.range(0, 1 << 16).mapToDouble(i -> Float.intBitsToFloat(i << 16)).toArray();
    WorstError worst = new WorstError(function + " BF16");
    compare(function, NumberFormat.BF16, x, Direction.EITHER_END, worst);
    worst.assertWithinBound();
  }

  private static void compare(
      ElementwiseFunction function,
      NumberFormat format,
      double[] x,
      Direction direction,
      WorstError worst) {
    DeviceMemory memory = new DeviceMemory();
    Tensor input = Tensor.allocate(memory, format, x.length).write(x);
    Tensor output = Tensor.allocate(memory, format, x.length);
    List<Object> arguments =
        new ArrayList<>(List.of(input.address(), output.address(), (long) x.length));
    arguments.addAll(function.numbers(format.dataType()));
    new Interpreter(memory, new Approximation(direction, new Random(1)))
        .launch(
            CommittedPtx.module(function.module(), TARGET)
                .kernel(function.entry("forward", format.dataType())),
            2,
            64,
            arguments.toArray());

    ElementwiseActivation definition = function.definition(format.dataType());
    Bound bound = Bound.ofValue(function.module(), format.dataType());
    double[] result = output.read();
    for (int i = 0; i < x.length; i++) {
      double exact = definition.value(x[i]);
      double error = bound.error(result[i], exact, format);
      if (error > worst.worst()) {
        worst.add(error, bound, Double.toHexString(x[i]), result[i], exact);
      }
    }
  }
}

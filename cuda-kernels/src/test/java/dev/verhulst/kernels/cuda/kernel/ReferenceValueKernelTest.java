package dev.verhulst.kernels.cuda.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.activation.Activations;
import dev.verhulst.kernels.activation.ElementwiseActivation;
import dev.verhulst.kernels.cuda.ptx.Approximation;
import dev.verhulst.kernels.cuda.ptx.Approximation.Direction;
import dev.verhulst.kernels.cuda.ptx.DeviceMemory;
import dev.verhulst.kernels.cuda.ptx.Interpreter;
import dev.verhulst.kernels.reference.ReferenceValue;
import dev.verhulst.kernels.reference.ReferenceValues;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The element-wise kernels against the table of reference values, to all of its digits: this is
 * what holds the FP64 kernels to their bound.
 */
final class ReferenceValueKernelTest {

  static Stream<String> activations() {
    return Activations.all().stream()
        .filter(descriptor -> descriptor.create(Map.of()) instanceof ElementwiseActivation)
        .map(descriptor -> descriptor.name());
  }

  @ParameterizedTest
  @MethodSource("activations")
  void values(String activation) {
    check(activation, "forward");
  }

  @ParameterizedTest
  @MethodSource("activations")
  void derivatives(String activation) {
    check(activation, "derivative");
  }

  private static void check(String activation, String pass) {
    Map<Map<String, Object>, List<ReferenceValue>> byParameters =
        ReferenceValues.of(activation).stream()
            .collect(Collectors.groupingBy(ReferenceValue::parameters));
    assertThat(byParameters).as("reference values of %s", activation).isNotEmpty();
    for (NumberFormat format : NumberFormat.values()) {
      WorstError worst = new WorstError(activation + " " + pass + " " + format);
      byParameters.forEach(
          (parameters, rows) -> {
            ElementwiseFunction function =
                new ElementwiseFunction(
                    Activations.find(activation).orElseThrow(), chosen(parameters));
            compare(
                function,
                pass,
                format,
                rows.stream().filter(row -> row.isExactIn(format.dataType())).toList(),
                worst);
          });
      worst.assertWithinBound();
    }
  }

  /** The parameters without the choices that are the defaults, which entries' names leave out. */
  private static Map<String, Object> chosen(Map<String, Object> parameters) {
    return parameters.entrySet().stream()
        .filter(parameter -> !parameter.getValue().equals("none"))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static void compare(
      ElementwiseFunction function,
      String pass,
      NumberFormat format,
      List<ReferenceValue> rows,
      WorstError worst) {
    boolean forward = pass.equals("forward");
    Bound bound =
        forward
            ? Bound.ofValue(function.module(), format.dataType())
            : Bound.ofDerivative(format.dataType());
    double[] x = rows.stream().mapToDouble(ReferenceValue::x).toArray();
    for (String target : CommittedPtx.TARGETS) {
      for (Direction direction : List.of(Direction.BELOW, Direction.ABOVE)) {
        double[] result = run(function, pass, format, x, target, direction);
        for (int i = 0; i < x.length; i++) {
          BigDecimal exact = forward ? rows.get(i).exactY() : rows.get(i).exactDyDx();
          double error =
              format == NumberFormat.FP64
                  ? error(bound, result[i], exact)
                  : bound.error(result[i], exact.doubleValue(), format);
          worst.add(error, bound, rows.get(i).toString(), result[i], exact.doubleValue());
        }
      }
    }
  }

  /** As {@link Bound#error}, but with more digits than a double has. */
  private static double error(Bound bound, double result, BigDecimal exact) {
    double rounded = exact.doubleValue();
    if (!Double.isFinite(result) || !Double.isFinite(rounded)) {
      return bound.error(result, rounded, NumberFormat.FP64);
    }
    double distance = Math.max(bound.ulps() * Math.ulp(rounded), bound.absolute());
    return new BigDecimal(result)
        .subtract(exact)
        .abs()
        .divide(new BigDecimal(distance), MathContext.DECIMAL64)
        .doubleValue();
  }

  private static double[] run(
      ElementwiseFunction function,
      String pass,
      NumberFormat format,
      double[] x,
      String target,
      Direction direction) {
    DeviceMemory memory = new DeviceMemory();
    Tensor input = Tensor.allocate(memory, format, x.length).write(x);
    Tensor output = Tensor.allocate(memory, format, x.length);
    List<Object> arguments =
        new ArrayList<>(List.of(input.address(), output.address(), (long) x.length));
    arguments.addAll(function.numbers(format.dataType()));
    new Interpreter(memory, new Approximation(direction, new Random(1)))
        .launch(
            CommittedPtx.module(function.module(), target)
                .kernel(function.entry(pass, format.dataType())),
            1,
            64,
            arguments.toArray());
    return output.read();
  }
}

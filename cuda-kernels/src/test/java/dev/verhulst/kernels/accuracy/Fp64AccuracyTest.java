package dev.verhulst.kernels.accuracy;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.accuracy.Runner.Output;
import dev.verhulst.kernels.activation.ElementwiseActivation;
import dev.verhulst.kernels.cpu.CpuDevice;
import dev.verhulst.kernels.reference.ReferenceValue;
import dev.verhulst.kernels.reference.ReferenceValues;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every element-wise activation in FP64 on the CPU, against exact values. */
final class Fp64AccuracyTest {

  private static final CpuDevice DEVICE = new CpuDevice(1);

  @AfterAll
  static void close() {
    DEVICE.close();
  }

  static Stream<ElementwiseActivation> elementwise() {
    return Variants.elementwise();
  }

  static Stream<ElementwiseActivation> referenced() {
    return Variants.referenced();
  }

  @ParameterizedTest
  @MethodSource("referenced")
  void agreesWithEveryReferenceValue(ElementwiseActivation activation) {
    List<ReferenceValue> rows =
        ReferenceValues.of(activation.name()).stream()
            .filter(row -> row.activation().equals(activation))
            .toList();
    double[] x = rows.stream().mapToDouble(ReferenceValue::x).toArray();
    check(activation, x, rows.stream().map(ReferenceValue::exactY).toList(), Output.Y);
    check(activation, x, rows.stream().map(ReferenceValue::exactDyDx).toList(), Output.DY_DX);
  }

  /**
   * Over inputs of all magnitudes against the definition in double. The definition's own error, as
   * {@link ScalarDefinitionTest} bounds it, is allowed on top.
   */
  @ParameterizedTest
  @MethodSource("elementwise")
  void agreesWithTheDefinitionOverSampledInputs(ElementwiseActivation activation) {
    double[] x = Patterns.fp64();
    double[] y = new Runner(DEVICE).run(activation, Output.Y, x);
    double[] dyDx = new Runner(DEVICE).run(activation, Output.DY_DX, x);
    Worst worstY = new Worst(activation + " FP64 y");
    Worst worstDyDx = new Worst(activation + " FP64 dy_dx");
    for (int i = 0; i < x.length; i++) {
      double value = activation.value(x[i]);
      double derivative = activation.derivative(x[i]);
      worstY.add(Ulp.errorFp64(y[i], value), x[i], y[i], value);
      boolean tiny = Math.abs(dyDx[i] - derivative) <= Bounds.derivativeAbsolute(DataType.FP64);
      double error = tiny ? 0 : Ulp.errorFp64(dyDx[i], derivative);
      worstDyDx.add(error, x[i], dyDx[i], derivative);
    }
    worstY.assertWithin(Bounds.value(activation.name()) + ScalarDefinitionTest.VALUE_BOUND);
    worstDyDx.assertWithin(Bounds.DERIVATIVE + ScalarDefinitionTest.DERIVATIVE_BOUND);
  }

  private static void check(
      ElementwiseActivation activation, double[] x, List<BigDecimal> exact, Output output) {
    double[] result = new Runner(DEVICE).run(activation, output, x);
    Worst worst = new Worst(activation + " FP64 " + output);
    for (int i = 0; i < x.length; i++) {
      double error = Ulp.errorFp64(result[i], exact.get(i));
      boolean tiny =
          output == Output.DY_DX
              && Math.abs(result[i] - exact.get(i).doubleValue())
                  <= Bounds.derivativeAbsolute(DataType.FP64);
      worst.add(tiny ? 0 : error, x[i], result[i], exact.get(i));
    }
    worst.assertWithin(output == Output.Y ? Bounds.value(activation.name()) : Bounds.DERIVATIVE);
  }
}

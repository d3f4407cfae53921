package dev.verhulst.kernels.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.accuracy.Runner.Output;
import dev.verhulst.kernels.activation.ElementwiseActivation;
import dev.verhulst.kernels.cpu.CpuDevice;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every element-wise activation in FP16 and BF16 on the CPU, over all 65,536 inputs: correctly
 * rounded, unless the FP32 result, which may be off by the bound of FP32, rounds to the other side.
 */
final class HalfAccuracyTest {

  private static final int PATTERNS = 1 << 16;
  private static final CpuDevice DEVICE = new CpuDevice(1);

  @AfterAll
  static void close() {
    DEVICE.close();
  }

  static Stream<ElementwiseActivation> elementwise() {
    return Variants.elementwise().map(Variants::withFp32Parameters).distinct();
  }

  @ParameterizedTest
  @MethodSource("elementwise")
  void isRoundedOnceInFp16(ElementwiseActivation activation) {
    check(activation, DataType.FP16);
  }

  @ParameterizedTest
  @MethodSource("elementwise")
  void isRoundedOnceInBf16(ElementwiseActivation activation) {
    check(activation, DataType.BF16);
  }

  private static void check(ElementwiseActivation activation, DataType dataType) {
    short[] x = new short[PATTERNS];
    for (int bits = 0; bits < PATTERNS; bits++) {
      x[bits] = (short) bits;
    }
    for (Output output : List.of(Output.Y, Output.DY_DX)) {
      short[] results = new Runner(DEVICE).run(activation, dataType, output, x);
      for (int i = 0; i < PATTERNS; i++) {
        double input = Half.value(x[i], dataType);
        check(activation, dataType, output, input, Half.value(results[i], dataType));
      }
    }
  }

  private static void check(
      ElementwiseActivation activation, DataType dataType, Output output, double x, double result) {
    double exact = output == Output.Y ? activation.value(x) : activation.derivative(x);
    if (Double.isNaN(exact) && Double.isNaN(result)) {
      return;
    }
    double ulp = Ulp.fp32(exact);
    double error =
        output == Output.Y
            ? Bounds.value(activation.name()) * ulp
            : Math.max(Bounds.DERIVATIVE * ulp, Bounds.derivativeAbsolute(DataType.FP32));
    double lowest = Half.round(exact - error, dataType);
    double highest = Half.round(exact + error, dataType);
    // The condition is written so that a NaN fails; the message is made only then.
    if (!(result >= lowest && result <= highest)) {
      assertThat(result)
          .as(
              "%s %s %s at %s: exactly %s, which rounds to %s",
              activation, dataType, output, x, exact, Half.round(exact, dataType))
          .isBetween(lowest, highest);
    }
  }
}

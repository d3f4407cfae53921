package dev.verhulst.kernels.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.accuracy.Runner.Output;
import dev.verhulst.kernels.activation.ElementwiseActivation;
import dev.verhulst.kernels.activation.Sigmoid;
import dev.verhulst.kernels.cpu.CpuDevice;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every element-wise activation in FP16 and BF16 on the CPU, over all 65,536 inputs: correctly
 * rounded, unless the FP32 result, which may be off by the bound of FP32, rounds to the other side.
 */
@Tag(Bounds.ON_NARROW_VECTORS_TOO)
final class HalfAccuracyTest {

  private static final int PATTERNS = 1 << 16;
  private static final CpuDevice DEVICE = new CpuDevice(1);

  @AfterAll
  static void close() {
    DEVICE.close();
  }

  static Stream<ElementwiseActivation> elementwise() {
    return Variants.inFp32();
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

  /** Its polynomials are short, but were searched for that. */
  @ParameterizedTest
  @EnumSource(names = {"FP16", "BF16"})
  void sigmoidIsTheNumberNearestToTheExactValue(DataType dataType) {
    Sigmoid sigmoid = new Sigmoid();
    short[] x = allPatterns();
    short[] results = new Runner(DEVICE).run(sigmoid, dataType, Output.Y, x);
    for (int i = 0; i < PATTERNS; i++) {
      double input = Half.value(x[i], dataType);
      double exact = sigmoid.value(input);
      assertThat((Double) Half.value(results[i], dataType))
          .as("sigmoid(%s), exactly %s", input, exact)
          .isEqualTo((Double) Half.round(exact, dataType));
    }
  }

  private static short[] allPatterns() {
    short[] patterns = new short[PATTERNS];
    for (int bits = 0; bits < PATTERNS; bits++) {
      patterns[bits] = (short) bits;
    }
    return patterns;
  }

  private static void check(ElementwiseActivation activation, DataType dataType) {
    short[] x = allPatterns();
    for (Output output : List.of(Output.Y, Output.DY_DX)) {
      ErrorBound bound =
          output == Output.Y
              ? ErrorBound.ofValue(activation.name())
              : ErrorBound.ofDerivative(dataType);
      short[] results = new Runner(DEVICE).run(activation, dataType, output, x);
      Worst worst = new Worst(activation + " " + dataType + " " + output);
      for (int i = 0; i < PATTERNS; i++) {
        double input = Half.value(x[i], dataType);
        double exact = output == Output.Y ? activation.value(input) : activation.derivative(input);
        double result = Half.value(results[i], dataType);
        worst.add(bound.error(dataType, result, exact), input, result, exact);
      }
      worst.assertWithin(bound.ulps());
    }
  }
}

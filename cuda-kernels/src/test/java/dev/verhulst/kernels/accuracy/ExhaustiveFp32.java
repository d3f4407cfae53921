package dev.verhulst.kernels.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.accuracy.Runner.Output;
import dev.verhulst.kernels.activation.ElementwiseActivation;
import dev.verhulst.kernels.cpu.CpuDevice;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every element-wise activation in FP32 on the CPU over all 2³² inputs. It takes half an hour on
 * two cores, so its name keeps it out of the build; docs/accuracy.md says how to run it and holds
 * the table that it prints.
 *
 * <p>What is exact comes from the FP64 lanes, whose error is below 1e-8 FP32 ulp; that they are
 * right is checked here, too, against the definition at one input in 4096.
 */
final class ExhaustiveFp32 {

  private static final int CHUNK = 1 << 20;
  private static final int CHUNKS = 1 << 12;
  private static final int CHECK_EVERY = 1 << 12;
  private static final long SMALLEST_NORMAL = Double.doubleToRawLongBits(Float.MIN_NORMAL);
  private static final long EXPONENT = 0x7ff0_0000_0000_0000L;
  private static final CpuDevice DEVICE = new CpuDevice(1);

  @BeforeAll
  static void printHead() {
    System.out.println("| activation | y, ulp | at | dy/dx, ulp where above 2⁻²¹ | at |");
    System.out.println("|---|---|---|---|---|");
  }

  @AfterAll
  static void close() {
    DEVICE.close();
  }

  /** All of them, or those whose name the system property {@code activation} gives. */
  static Stream<ElementwiseActivation> elementwise() {
    String only = System.getProperty("activation", "");
    return Variants.inFp32().filter(activation -> only.isEmpty() || activation.name().equals(only));
  }

  @ParameterizedTest
  @MethodSource("elementwise")
  void isWithinTheBoundEverywhere(ElementwiseActivation activation) {
    Worst y = worst(activation, Output.Y);
    Worst dyDx = worst(activation, Output.DY_DX);
    System.out.printf(
        "| %s | %.2f | %s | %.2f | %s |%n",
        activation, y.error(), y.input(), dyDx.error(), dyDx.input());
    y.assertWithin(Bounds.value(activation.name()));
    dyDx.assertWithin(Bounds.DERIVATIVE);
  }

  private static Worst worst(ElementwiseActivation activation, Output output) {
    return IntStream.range(0, CHUNKS)
        .parallel()
        .mapToObj(chunk -> worst(activation, output, chunk))
        .reduce(Worst::larger)
        .orElseThrow();
  }

  private static Worst worst(ElementwiseActivation activation, Output output, int chunk) {
    float[] x = new float[CHUNK];
    double[] widened = new double[CHUNK];
    for (int i = 0; i < CHUNK; i++) {
      x[i] = Float.intBitsToFloat(chunk * CHUNK + i);
      widened[i] = x[i];
    }
    float[] results = new Runner(DEVICE).run(activation, output, x);
    double[] exact = new Runner(DEVICE).run(activation, output, widened);
    checkOracle(activation, output, widened, exact);
    double tiny = output == Output.Y ? 0 : Bounds.derivativeAbsolute(DataType.FP32);
    Worst worst = new Worst(activation + " FP32 " + output);
    for (int i = 0; i < CHUNK; i++) {
      double difference = Math.abs(results[i] - exact[i]);
      long binade = Double.doubleToRawLongBits(exact[i]) & EXPONENT;
      double ulp = Double.longBitsToDouble(Math.max(binade, SMALLEST_NORMAL) - (23L << 52));
      // NaN and infinities come out as not less, and are looked at closely.
      if (!(difference <= worst.error() * ulp || difference <= tiny)) {
        worst.add(Ulp.errorFp32(results[i], exact[i]), x[i], results[i], exact[i]);
      }
    }
    return worst;
  }

  private static void checkOracle(
      ElementwiseActivation activation, Output output, double[] x, double[] exact) {
    for (int i = 0; i < x.length; i += CHECK_EVERY) {
      double defined = output == Output.Y ? activation.value(x[i]) : activation.derivative(x[i]);
      double tiny = output == Output.Y ? 0 : Bounds.derivativeAbsolute(DataType.FP64);
      assertThat(Ulp.errorFp64(exact[i], defined) <= 16 || Math.abs(exact[i] - defined) <= tiny)
          .as(
              "%s %s(%s): %s in FP64, %s by definition",
              activation, output, x[i], exact[i], defined)
          .isTrue();
    }
  }
}

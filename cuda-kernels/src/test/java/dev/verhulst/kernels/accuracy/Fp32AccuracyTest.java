package dev.verhulst.kernels.accuracy;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.accuracy.Runner.Output;
import dev.verhulst.kernels.activation.ElementwiseActivation;
import dev.verhulst.kernels.cpu.CpuDevice;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every element-wise activation in FP32 on the CPU, over 2²⁰ sampled inputs, against its definition
 * in double, whose own error is a hundred-millionth of an FP32 ulp. {@link ExhaustiveFp32} takes
 * all 2³² inputs.
 */
@Tag(Bounds.ON_NARROW_VECTORS_TOO)
final class Fp32AccuracyTest {

  private static final float[] SAMPLES = Patterns.fp32();
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
  void valueIsWithinTheBound(ElementwiseActivation activation) {
    float[] y = new Runner(DEVICE).run(activation, Output.Y, SAMPLES);
    Worst worst = new Worst(activation + " FP32 y");
    for (int i = 0; i < SAMPLES.length; i++) {
      double exact = activation.value((double) SAMPLES[i]);
      worst.add(Ulp.errorFp32(y[i], exact), SAMPLES[i], y[i], exact);
    }
    worst.assertWithin(Bounds.value(activation.name()));
  }

  @ParameterizedTest
  @MethodSource("elementwise")
  void derivativeIsWithinTheBound(ElementwiseActivation activation) {
    float[] dyDx = new Runner(DEVICE).run(activation, Output.DY_DX, SAMPLES);
    Worst worst = new Worst(activation + " FP32 dy_dx");
    for (int i = 0; i < SAMPLES.length; i++) {
      double exact = activation.derivative((double) SAMPLES[i]);
      boolean tiny = Math.abs(dyDx[i] - exact) <= Bounds.derivativeAbsolute(DataType.FP32);
      worst.add(tiny ? 0 : Ulp.errorFp32(dyDx[i], exact), SAMPLES[i], dyDx[i], exact);
    }
    worst.assertWithin(Bounds.DERIVATIVE);
  }
}

package dev.verhulst.kernels.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.accuracy.Runner.Output;
import dev.verhulst.kernels.activation.ElementwiseActivation;
import dev.verhulst.kernels.activation.LogSigmoid;
import dev.verhulst.kernels.activation.Logit;
import dev.verhulst.kernels.activation.Sigmoid;
import dev.verhulst.kernels.activation.Softplus;
import dev.verhulst.kernels.activation.Tanh;
import dev.verhulst.kernels.cpu.CpuDevice;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * What the functions of the sigmoid's family are to each other, in FP32 and FP64 on the CPU. Every
 * tolerance is what the bounds of the two sides allow.
 */
final class SigmoidFamilyPropertiesTest {

  private static final CpuDevice DEVICE = new CpuDevice(1);
  private static final DataType[] TYPES = {DataType.FP32, DataType.FP64};

  @AfterContainer
  static void close() {
    DEVICE.close();
  }

  /** Inputs that are exact in FP32: most of them where the functions bend, some anywhere. */
  @Provide
  Arbitrary<double[]> inputs() {
    Arbitrary<Float> bent = Arbitraries.floats().between(-20, 20);
    Arbitrary<Float> any = Arbitraries.floats();
    return Arbitraries.frequencyOf(Tuple.of(4, bent), Tuple.of(1, any))
        .list()
        .ofMinSize(1)
        .ofMaxSize(50)
        .map(list -> list.stream().mapToDouble(Float::doubleValue).toArray());
  }

  @Property(tries = 500)
  void sigmoidIsSymmetric(@ForAll("inputs") double[] x) {
    for (DataType type : TYPES) {
      double[] y = value(new Sigmoid(), type, x);
      double[] mirrored = value(new Sigmoid(), type, map(x, v -> -v));
      for (int i = 0; i < x.length; i++) {
        // Both within 2.5 ulp of numbers that add up to 1.
        assertThat(mirrored[i])
            .as("σ(-%s) in %s", x[i], type)
            .isCloseTo(1 - y[i], within(5 * Ulp.of(0.75, type)));
      }
    }
  }

  @Property(tries = 500)
  void tanhIsAStretchedSigmoid(@ForAll("inputs") double[] x) {
    for (DataType type : TYPES) {
      double[] tanh = value(new Tanh(), type, x);
      double[] sigmoid = value(new Sigmoid(), type, map(x, v -> 2 * v));
      for (int i = 0; i < x.length; i++) {
        assertThat(tanh[i])
            .as("tanh(%s) in %s", x[i], type)
            .isCloseTo(2 * sigmoid[i] - 1, within((2 + 2 * 2.5) * Ulp.of(0.75, type)));
      }
    }
  }

  @Property(tries = 500)
  void logSigmoidIsTheNegatedSoftplusOfTheNegatedInput(@ForAll("inputs") double[] x) {
    for (DataType type : TYPES) {
      double[] logSigmoid = value(new LogSigmoid(), type, x);
      double[] softplus = value(new Softplus(), type, map(x, v -> -v));
      for (int i = 0; i < x.length; i++) {
        assertThat(logSigmoid[i])
            .as("log_sigmoid(%s) in %s", x[i], type)
            .isCloseTo(-softplus[i], within(8 * Ulp.of(softplus[i], type)));
      }
    }
  }

  @Property(tries = 500)
  void softplusOfBothSignsDiffersByTheInput(@ForAll("inputs") double[] x) {
    for (DataType type : TYPES) {
      double[] plus = value(new Softplus(), type, x);
      double[] minus = value(new Softplus(), type, map(x, v -> -v));
      for (int i = 0; i < x.length; i++) {
        double ulp = Ulp.of(Math.max(plus[i], minus[i]), type);
        assertThat(plus[i] - minus[i])
            .as("at %s in %s", x[i], type)
            .isCloseTo(x[i], within(9 * ulp));
      }
    }
  }

  @Property(tries = 500)
  void logitUndoesTheSigmoid(@ForAll("inputs") double[] any) {
    for (DataType type : TYPES) {
      double[] x = map(any, v -> Math.clamp(v, -80, 10));
      double[] p = value(new Sigmoid(), type, x);
      double[] back = value(new Logit(null), type, p);
      for (int i = 0; i < x.length; i++) {
        // An error of p counts 1 / (p (1 - p)) times.
        double conditioned = 2.5 * Ulp.of(p[i], type) / (p[i] * (1 - p[i]));
        assertThat(back[i])
            .as("logit(σ(%s)) in %s", x[i], type)
            .isCloseTo(x[i], within(conditioned + 4 * Ulp.of(x[i], type)));
      }
    }
  }

  private static double[] value(ElementwiseActivation activation, DataType type, double[] x) {
    return new Runner(DEVICE).run(activation, type, Output.Y, x);
  }

  private static double[] map(double[] x, DoubleUnaryOperator function) {
    return Arrays.stream(x).map(function).toArray();
  }
}

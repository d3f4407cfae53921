package dev.verhulst.kernels.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.accuracy.LossRunner.Result;
import dev.verhulst.kernels.activation.Sigmoid;
import dev.verhulst.kernels.cpu.CpuDevice;
import dev.verhulst.kernels.loss.Reduction;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;

/** What holds for the cross-entropy of any logits, in FP32 and FP64 on the CPU. */
final class LossPropertiesTest {

  private static final CpuDevice DEVICE = new CpuDevice(1);
  private static final DataType[] TYPES = {DataType.FP32, DataType.FP64};

  @AfterContainer
  static void close() {
    DEVICE.close();
  }

  @Provide
  Arbitrary<double[]> logits() {
    return Arbitraries.floats()
        .between(-12, 12)
        .list()
        .ofMinSize(1)
        .ofMaxSize(70)
        .map(list -> list.stream().mapToDouble(Float::doubleValue).toArray());
  }

  @Provide
  Arbitrary<Float> fractions() {
    return Arbitraries.floats().between(0, 1);
  }

  /** -(w t log σ(z) + (1 - t) log(1 - σ(z))). */
  @Property(tries = 300)
  void isItsDefinitionByLogarithms(
      @ForAll("logits") double[] z,
      @ForAll("fractions") float t,
      @ForAll("fractions") float posWeight) {
    for (DataType type : TYPES) {
      double[] loss = run(type, z, t, posWeight).loss();
      for (int i = 0; i < z.length; i++) {
        double p = new Sigmoid().value(z[i]);
        double q = new Sigmoid().value(-z[i]);
        double byLogarithms =
            -((double) posWeight * t * Math.log(p) + (1 - (double) t) * Math.log(q));
        // The logarithm of a p near 1 is off by an ulp of 1, not of itself.
        double unstable = 4 * Math.ulp(1.0);
        assertThat(loss[i])
            .as("the loss of %s, target %s, pos_weight %s, in %s", z[i], t, posWeight, type)
            .isCloseTo(byLogarithms, within(4 * Ulp.of(byLogarithms, type) + unstable));
      }
    }
  }

  /** So the loss is least where σ(z) is the target. */
  @Property(tries = 300)
  void gradientIsSigmoidMinusTarget(@ForAll("logits") double[] z, @ForAll("fractions") float t) {
    for (DataType type : TYPES) {
      double[] gradient = run(type, z, t, 1).gradient();
      for (int i = 0; i < z.length; i++) {
        assertThat(gradient[i])
            .as("the gradient at %s, target %s, in %s", z[i], t, type)
            .isCloseTo(new Sigmoid().value(z[i]) - t, within(Bounds.derivativeAbsolute(type)));
      }
    }
  }

  /** A logit and its negative change places with the target and 1 - target. */
  @Property(tries = 300)
  void isSymmetric(@ForAll("logits") double[] z) {
    double[] mirrored = Arrays.stream(z).map(logit -> -logit).toArray();
    for (DataType type : TYPES) {
      Result one = run(type, z, 0.25f, 1);
      Result other = run(type, mirrored, 0.75f, 1);
      for (int i = 0; i < z.length; i++) {
        assertThat(other.loss()[i])
            .as("the loss of %s in %s", z[i], type)
            .isCloseTo(one.loss()[i], within(8 * Ulp.of(one.loss()[i], type)));
        assertThat(other.gradient()[i])
            .as("the gradient at %s in %s", z[i], type)
            .isCloseTo(-one.gradient()[i], within(2 * Bounds.derivativeAbsolute(type)));
      }
    }
  }

  private static Result run(DataType type, double[] z, float target, float posWeight) {
    return new LossRunner(DEVICE)
        .run(
            type,
            Reduction.NONE,
            new LossInputs(z, filled(z.length, target), null, filled(z.length, posWeight)));
  }

  private static double[] filled(int length, double number) {
    double[] numbers = new double[length];
    Arrays.fill(numbers, number);
    return numbers;
  }
}

package dev.verhulst.kernels.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.activation.Sigmoid;
import dev.verhulst.kernels.activation.Softmax;
import dev.verhulst.kernels.cpu.CpuDevice;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;

/** What holds for every softmax, in FP32 and FP64 on the CPU. */
final class SoftmaxPropertiesTest {

  private static final CpuDevice DEVICE = new CpuDevice(1);
  private static final DataType[] TYPES = {DataType.FP32, DataType.FP64};

  @AfterContainer
  static void close() {
    DEVICE.close();
  }

  /** Logits in steps of 1/64, so that a shift by a whole number is exact in FP32. */
  @Provide
  Arbitrary<double[]> logits() {
    return Arbitraries.integers()
        .between(-64 * 12, 64 * 12)
        .list()
        .ofMinSize(1)
        .ofMaxSize(70)
        .map(list -> list.stream().mapToDouble(step -> step / 64.0).toArray());
  }

  @Property(tries = 300)
  void sharesAddUpToOne(@ForAll("logits") double[] x) {
    for (DataType type : TYPES) {
      double[] y = value(type, x);
      // Each share is within 2 ulp of itself, and so is the sum within 2 ulp of 1.
      assertThat(Arrays.stream(y).sum())
          .as("in %s", type)
          .isCloseTo(1, within(2 * Ulp.of(1, type)));
      assertThat(Arrays.stream(y).min().orElseThrow()).isNotNegative();
      assertThat(Arrays.stream(y).max().orElseThrow()).isLessThanOrEqualTo(1);
    }
  }

  @Property(tries = 300)
  void ignoresAShift(@ForAll("logits") double[] x, @ForAll byte shift) {
    double[] shifted = Arrays.stream(x).map(logit -> logit + shift).toArray();
    for (DataType type : TYPES) {
      double[] y = value(type, x);
      double[] same = value(type, shifted);
      for (int i = 0; i < x.length; i++) {
        assertThat(same[i])
            .as("%s of %s, shifted by %s, in %s", i, Arrays.toString(x), shift, type)
            .isCloseTo(y[i], within(4 * Ulp.of(y[i], type)));
      }
    }
  }

  @Property(tries = 300)
  void ofTwoIsTheSigmoidOfTheirDifference(@ForAll("logits") double[] x) {
    for (DataType type : TYPES) {
      double[] y = value(type, new double[] {x[0], x[x.length - 1]});
      double expected = new Sigmoid().value(x[0] - x[x.length - 1]);
      assertThat(y[0])
          .as("%s and %s in %s", x[0], x[x.length - 1], type)
          .isCloseTo(expected, within(4 * Ulp.of(expected, type)));
    }
  }

  /** Since the shares add up to a constant, whatever the gradient. */
  @Property(tries = 300)
  void gradientsAddUpToZero(@ForAll("logits") double[] x) {
    double[] gradY = Arrays.stream(x).map(Math::sin).map(number -> (float) number).toArray();
    for (DataType type : TYPES) {
      double[] gradX = new RowRunner(DEVICE).run(new Softmax(), type, x, null, gradY).gradX();
      assertThat(Arrays.stream(gradX).sum())
          .as("%s in %s", Arrays.toString(x), type)
          .isCloseTo(0, within(Bounds.derivativeAbsolute(type)));
    }
  }

  private static double[] value(DataType type, double[] x) {
    return new RowRunner(DEVICE).run(new Softmax(), type, x, null, x).y();
  }
}

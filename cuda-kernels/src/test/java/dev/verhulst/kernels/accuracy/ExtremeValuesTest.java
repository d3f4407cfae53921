package dev.verhulst.kernels.accuracy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.activation.ElementwiseActivation;
import dev.verhulst.kernels.activation.Elu;
import dev.verhulst.kernels.activation.HardSigmoid;
import dev.verhulst.kernels.activation.LeakyRelu;
import dev.verhulst.kernels.activation.Logit;
import dev.verhulst.kernels.activation.Silu;
import dev.verhulst.kernels.activation.Softmax;
import dev.verhulst.kernels.cpu.CpuDevice;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parameters and elements that are finite, but at the ends of what their types can hold. */
class ExtremeValuesTest {

  private static final CpuDevice DEVICE = new CpuDevice(1);

  @AfterAll
  static void close() {
    DEVICE.close();
  }

  static List<ElementwiseActivation> beyondFp32() {
    return List.of(
        new Elu(1e39),
        new LeakyRelu(-1e39),
        new HardSigmoid(1e39, 0.5),
        new HardSigmoid(0.2, -1e39),
        new Silu(1e300));
  }

  @ParameterizedTest
  @MethodSource("beyondFp32")
  void aParameterThatTheTypeCannotHoldIsRefused(ElementwiseActivation activation) {
    for (DataType dataType : List.of(DataType.FP16, DataType.BF16, DataType.FP32)) {
      assertThatThrownBy(() -> DEVICE.run(activation, dataType, List.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("of '%s' is ", activation.name())
          .hasMessageContaining("expected at most 3.4028235E38, or a tensor in FP64");
    }
    DEVICE.run(activation, DataType.FP64, List.of());
  }

  static List<ElementwiseActivation> notInFp32() {
    return List.of(
        new Elu(0.1),
        new LeakyRelu(0.01),
        new HardSigmoid(0.2, 0.3),
        new Silu(1.702),
        new Logit(0.01));
  }

  /** As the GPU does, whose kernels are given FP32. */
  @ParameterizedTest
  @MethodSource("notInFp32")
  void aParameterIsTheNearestNumberOfTheType(ElementwiseActivation activation) {
    float[] x = new float[64];
    for (int i = 0; i < x.length; i++) {
      x[i] = activation instanceof Logit ? i / 64f : i - 50;
    }
    x[1] = 0.01f;
    ElementwiseActivation nearest = activation.in(DataType.FP32);
    assertThat(nearest).isNotEqualTo(activation);
    assertThat(nearest.in(DataType.FP32)).isSameAs(nearest);
    assertThat(activation.in(DataType.FP64)).isSameAs(activation);
    assertThat(run(activation, x)).isDeepEqualTo(run(nearest, x));
  }

  @Test
  void aClampStaysOne() {
    assertThat(new Logit(1e-50).in(DataType.FP32)).isEqualTo(new Logit((double) Float.MIN_VALUE));
    assertThat(new Logit(0.499999999999).in(DataType.BF16))
        .isEqualTo(new Logit((double) Math.nextDown(0.5f)));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.0, 0.0})
  void theLogitIsAsSteepAtEitherZero(double zero) {
    assertThat(run(new Logit(null), (float) zero)[1]).containsExactly(Float.POSITIVE_INFINITY);
    assertThat(new Logit(null).derivative(zero)).isEqualTo(Double.POSITIVE_INFINITY);
  }

  /** Their sum overflows, their mean does not. */
  @ParameterizedTest
  @EnumSource(names = {"FP32", "FP64"})
  void softmaxTakesGradientsThatSumToMoreThanItsTypeHolds(DataType dataType) {
    double largest = dataType == DataType.FP32 ? 2e38 : 1e308;
    double[] x = new double[64];
    double[] gradY = new double[64];
    Arrays.setAll(gradY, i -> i % 2 == 0 ? largest : -largest);
    assertThat(softmaxGradient(dataType, x, gradY))
        .satisfies(
            gradX -> {
              for (int i = 0; i < x.length; i++) {
                assertThat(gradX[i] / largest).isCloseTo(gradY[i] / largest / 64, within(1e-6));
              }
            });
    Arrays.fill(gradY, largest);
    assertThat(softmaxGradient(dataType, x, gradY)).containsOnly(0);
  }

  private static double[] softmaxGradient(DataType dataType, double[] x, double[] gradY) {
    return new RowRunner(DEVICE).run(new Softmax(), dataType, x, null, gradY).gradX();
  }

  /** The values and the derivatives in FP32. */
  private static float[][] run(Activation activation, float... x) {
    Runner runner = new Runner(DEVICE);
    return new float[][] {
      runner.run(activation, Runner.Output.Y, x), runner.run(activation, Runner.Output.DY_DX, x)
    };
  }
}

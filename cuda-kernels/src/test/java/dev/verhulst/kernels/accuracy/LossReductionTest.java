package dev.verhulst.kernels.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.accuracy.LossInputs.Element;
import dev.verhulst.kernels.accuracy.LossRunner.Result;
import dev.verhulst.kernels.cpu.CpuDevice;
import dev.verhulst.kernels.loss.Reduction;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The sum and the mean of the losses on the CPU, and their gradients, against the definition. */
final class LossReductionTest {

  /** More than a block, and no multiple of anything. */
  private static final int COUNT = 100_003;

  /** Where the rounding of the sum goes one way and the other. */
  private static final double SAMPLED = Bounds.value("softplus");

  /**
   * Where it always goes one way. FP32 lanes take 4096 numbers before their sum goes on in FP64;
   * FP64 lanes keep what rounding takes from them.
   */
  private static final double ONE_WAY_FP32 = 64;

  private static final double ONE_WAY_FP64 = SAMPLED;

  private static final CpuDevice DEVICE = new CpuDevice(2);

  @AfterAll
  static void close() {
    DEVICE.close();
  }

  static Stream<Arguments> cases() {
    return Stream.of(DataType.values())
        .flatMap(
            dataType ->
                Stream.of(Reduction.SUM, Reduction.MEAN)
                    .flatMap(
                        reduction ->
                            Stream.of(
                                Arguments.of(dataType, reduction, false, false),
                                Arguments.of(dataType, reduction, true, false),
                                Arguments.of(dataType, reduction, false, true),
                                Arguments.of(dataType, reduction, true, true))));
  }

  @ParameterizedTest(name = "{1} in {0}, weight {2}, pos_weight {3}")
  @MethodSource("cases")
  void isThatOfTheDefinition(
      DataType dataType, Reduction reduction, boolean weight, boolean posWeight) {
    LossInputs inputs = LossInputs.sampled(COUNT, dataType, weight, posWeight);
    double scale = reduction == Reduction.MEAN ? 1.0 / COUNT : 1;
    LossRunner runner = new LossRunner(DEVICE);
    Result result = runner.run(dataType, reduction, inputs);
    assertLoss(dataType, result.loss(), exactSum(inputs) * scale, SAMPLED);
    assertThat(runner.loss(dataType, reduction, inputs)).isEqualTo(result.loss());
    assertThat(runner.gradient(dataType, reduction, inputs)).isEqualTo(result.gradient());

    ErrorBound bound = ErrorBound.ofDerivative(dataType).times(scale);
    double ulps =
        bound.ulps() + (dataType == DataType.FP64 ? ScalarDefinitionTest.DERIVATIVE_BOUND : 0);
    Worst worst = new Worst("grad_logits of " + reduction + " in " + dataType);
    for (int i = 0; i < COUNT; i++) {
      Element element = inputs.element(i);
      double gradient = result.gradient()[i];
      double exact = element.gradient() * scale;
      worst.add(bound.error(dataType, gradient, exact), element, gradient, exact);
    }
    worst.assertWithin(ulps);
  }

  /** Equal terms are the worst case for a sum: every rounding goes the same way. */
  @ParameterizedTest
  @EnumSource
  void ofEqualLossesIsTheirLoss(DataType dataType) {
    for (double logit : new double[] {0, 0.125, 1, -3, 5.5}) {
      double[] logits = new double[COUNT];
      Arrays.fill(logits, logit);
      LossInputs inputs = new LossInputs(logits, new double[COUNT], null, null);
      double exact = inputs.element(0).loss();
      double[] mean = new LossRunner(DEVICE).loss(dataType, Reduction.MEAN, inputs);
      assertLoss(dataType, mean, exact, oneWay(dataType));
    }
  }

  /** A large loss does not swallow the small ones that are summed after it. */
  @ParameterizedTest
  @EnumSource
  void ofSmallLossesBesideALargeOne(DataType dataType) {
    double[] logits = new double[4096];
    Arrays.fill(logits, -9);
    logits[0] = ErrorBound.round(65_000, dataType);
    LossInputs inputs = new LossInputs(logits, new double[logits.length], null, null);
    double[] sum = new LossRunner(DEVICE).loss(dataType, Reduction.SUM, inputs);
    assertLoss(dataType, sum, exactSum(inputs), oneWay(dataType));
  }

  @ParameterizedTest
  @EnumSource
  void ofAnInfiniteLossIsInfinite(DataType dataType) {
    double[] logits = new double[100];
    logits[50] = Double.POSITIVE_INFINITY;
    LossInputs inputs = new LossInputs(logits, new double[logits.length], null, null);
    LossRunner runner = new LossRunner(DEVICE);
    for (Reduction reduction : List.of(Reduction.SUM, Reduction.MEAN)) {
      logits[99] = 0;
      assertThat(runner.loss(dataType, reduction, inputs)).containsExactly(logits[50]);
      logits[99] = Double.NaN;
      assertThat(runner.loss(dataType, reduction, inputs)).containsExactly(logits[99]);
    }
  }

  private static double oneWay(DataType dataType) {
    return dataType == DataType.FP64 ? ONE_WAY_FP64 : ONE_WAY_FP32;
  }

  private static void assertLoss(DataType dataType, double[] result, double exact, double ulps) {
    // The sum of the definition's values is as good as they are.
    double more = dataType == DataType.FP64 ? ScalarDefinitionTest.VALUE_BOUND : 0;
    ErrorBound bound = new ErrorBound(ulps + more, 0);
    Worst worst = new Worst("loss in " + dataType);
    worst.add(bound.error(dataType, result[0], exact), "", result[0], exact);
    worst.assertWithin(bound.ulps());
  }

  private static double exactSum(LossInputs inputs) {
    // A stream's sum is compensated.
    return IntStream.range(0, inputs.count()).mapToDouble(i -> inputs.element(i).loss()).sum();
  }
}

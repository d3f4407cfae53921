package dev.verhulst.kernels.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.accuracy.LossInputs.Element;
import dev.verhulst.kernels.accuracy.LossRunner.Result;
import dev.verhulst.kernels.cpu.CpuDevice;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.kernels.loss.Reduction;
import dev.verhulst.kernels.reference.ReferenceValue;
import dev.verhulst.kernels.reference.ReferenceValues;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Binary cross-entropy with logits on the CPU, element by element, with and without each kind of
 * weight: against the reference values, and over sampled inputs against the definition.
 */
@Tag(Bounds.ON_NARROW_VECTORS_TOO)
final class LossAccuracyTest {

  private static final int SAMPLES = 1 << 16;

  /** That of a softplus. */
  private static final ErrorBound LOSS = new ErrorBound(Bounds.value("softplus"), 0);

  private static final CpuDevice DEVICE = new CpuDevice(1);

  @AfterAll
  static void close() {
    DEVICE.close();
  }

  static Stream<Arguments> cases() {
    return Stream.of(DataType.values())
        .flatMap(
            dataType ->
                Stream.of(
                    Arguments.of(dataType, false, false),
                    Arguments.of(dataType, true, false),
                    Arguments.of(dataType, false, true),
                    Arguments.of(dataType, true, true)));
  }

  @ParameterizedTest(name = "{0}, weight {1}, pos_weight {2}")
  @MethodSource("cases")
  void agreesWithEveryReferenceValue(DataType dataType, boolean weight, boolean posWeight) {
    List<ReferenceValue> rows =
        ReferenceValues.of(BinaryCrossEntropyWithLogits.NAME).stream()
            .filter(row -> row.isExactIn(dataType))
            .filter(row -> weight || row.input("weight", 1) == 1)
            .filter(row -> posWeight || row.input("pos_weight", 1) == 1)
            .toList();
    assertThat(rows).hasSizeGreaterThan(5);
    LossInputs inputs =
        new LossInputs(
            rows.stream().mapToDouble(ReferenceValue::x).toArray(),
            rows.stream().mapToDouble(row -> row.input("target", 0)).toArray(),
            weight ? rows.stream().mapToDouble(row -> row.input("weight", 1)).toArray() : null,
            posWeight
                ? rows.stream().mapToDouble(row -> row.input("pos_weight", 1)).toArray()
                : null);
    Result result = new LossRunner(DEVICE).run(dataType, Reduction.NONE, inputs);
    Worst worstLoss = new Worst("loss in " + dataType);
    Worst worstGradient = new Worst("grad_logits in " + dataType);
    for (int i = 0; i < rows.size(); i++) {
      ReferenceValue row = rows.get(i);
      double loss = result.loss()[i];
      double gradient = result.gradient()[i];
      ErrorBound bound = gradientBound(dataType, inputs.element(i));
      worstLoss.add(LOSS.error(dataType, loss, row.exactY()), row, loss, row.exactY());
      worstGradient.add(
          bound.error(dataType, gradient, row.exactDyDx()), row, gradient, row.exactDyDx());
    }
    worstLoss.assertWithin(LOSS.ulps());
    worstGradient.assertWithin(Bounds.DERIVATIVE);
  }

  @ParameterizedTest(name = "{0}, weight {1}, pos_weight {2}")
  @MethodSource("cases")
  void agreesWithTheDefinitionOverSampledInputs(
      DataType dataType, boolean weight, boolean posWeight) {
    LossInputs inputs = LossInputs.sampled(SAMPLES, dataType, weight, posWeight);
    Result result = new LossRunner(DEVICE).run(dataType, Reduction.NONE, inputs);
    // The definition's own error counts in FP64 alone.
    boolean isDouble = dataType == DataType.FP64;
    ErrorBound lossBound = LOSS.plusUlps(isDouble ? ScalarDefinitionTest.VALUE_BOUND : 0);
    double more = isDouble ? ScalarDefinitionTest.DERIVATIVE_BOUND : 0;
    Worst worstLoss = new Worst("loss in " + dataType);
    Worst worstGradient = new Worst("grad_logits in " + dataType);
    for (int i = 0; i < SAMPLES; i++) {
      Element element = inputs.element(i);
      double loss = result.loss()[i];
      double gradient = result.gradient()[i];
      ErrorBound gradientBound = gradientBound(dataType, element).plusUlps(more);
      worstLoss.add(lossBound.error(dataType, loss, element.loss()), element, loss, element.loss());
      worstGradient.add(
          gradientBound.error(dataType, gradient, element.gradient()),
          element,
          gradient,
          element.gradient());
    }
    worstLoss.assertWithin(lossBound.ulps());
    worstGradient.assertWithin(Bounds.DERIVATIVE + more);
  }

  /** Loops of their own compute the loss alone and the gradient alone. */
  @ParameterizedTest(name = "{0}, weight {1}, pos_weight {2}")
  @MethodSource("cases")
  void isTheSameAloneAndTogether(DataType dataType, boolean weight, boolean posWeight) {
    LossInputs inputs = LossInputs.sampled(SAMPLES, dataType, weight, posWeight);
    LossRunner runner = new LossRunner(DEVICE);
    Result together = runner.run(dataType, Reduction.NONE, inputs);
    assertThat(runner.loss(dataType, Reduction.NONE, inputs)).isEqualTo(together.loss());
    assertThat(runner.gradient(dataType, Reduction.NONE, inputs)).isEqualTo(together.gradient());
  }

  @ParameterizedTest(name = "{0}, weight {1}, pos_weight {2}")
  @MethodSource("cases")
  void ofNoNumberIsNoNumber(DataType dataType, boolean weight, boolean posWeight) {
    double[] ones = {1, 1};
    LossInputs inputs =
        new LossInputs(
            new double[] {Double.NaN, -Double.NaN},
            new double[] {0, 1},
            weight ? ones : null,
            posWeight ? ones : null);
    Result result = new LossRunner(DEVICE).run(dataType, Reduction.NONE, inputs);
    assertThat(result.loss()).containsOnly(Double.NaN);
    assertThat(result.gradient()).containsOnly(Double.NaN);
  }

  private static ErrorBound gradientBound(DataType dataType, Element element) {
    return ErrorBound.ofDerivative(dataType)
        .times(Math.max(1, element.weight() * Math.max(1, element.posWeight())));
  }
}

package dev.verhulst.heads.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.verhulst.heads.Reference;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Calibrations of held-out scores of breast_cancer, against the reference. */
class CalibrationReferenceTest {

  private static final double RELATIVE = 1e-6;

  private final JsonNode reference = Reference.json("breast_cancer.calibration.json");
  private final ScoredExamples examples =
      new ScoredExamples(
          Reference.numbers(reference.get("scores")), Reference.numbers(reference.get("labels")));

  @Test
  void platt() {
    Platt platt = PlattFit.fit(examples);
    JsonNode expected = reference.get("platt");
    assertClose(platt.a(), expected.get("A").asDouble());
    assertClose(platt.b(), expected.get("B").asDouble());
    checkReport(platt, expected);
  }

  @Test
  void temperature() {
    Temperature temperature = TemperatureFit.fit(examples);
    JsonNode expected = reference.get("temperature");
    assertClose(temperature.temperature(), expected.get("T").asDouble());
    checkReport(temperature, expected);
  }

  @Test
  void isotonic() {
    Isotonic isotonic = IsotonicFit.fit(examples);
    JsonNode expected = reference.get("isotonic");
    double[] scores = Reference.numbers(expected.get("x"));
    double[] probabilities = Reference.numbers(expected.get("y"));
    assertThat(isotonic.scores()).containsExactly(scores, within(1e-12));
    assertThat(isotonic.probabilities()).containsExactly(probabilities, within(1e-12));
    checkReport(isotonic, expected);
  }

  @Test
  void uncalibrated() {
    checkReport(new Temperature(1), reference.get("uncalibrated_sigmoid"));
  }

  private void checkReport(Calibration calibration, JsonNode expected) {
    CalibrationReport report =
        CalibrationReport.of(examples.probabilities(calibration), examples.labels());
    assertClose(report.logLoss(), expected.get("log_loss").asDouble());
    assertClose(report.brierScore(), expected.get("brier").asDouble());
    assertClose(
        report.expectedCalibrationError(), expected.get("ece_10_equal_width_bins").asDouble());
    assertThat(report.bins().stream().mapToLong(ReliabilityBin::count).sum())
        .isEqualTo(examples.count());
  }

  private static void assertClose(double actual, double expected) {
    if (expected == 0) {
      assertThat(actual).isCloseTo(0, within(1e-12));
    } else {
      assertThat(actual).isCloseTo(expected, withinPercentage(100 * RELATIVE));
    }
  }
}

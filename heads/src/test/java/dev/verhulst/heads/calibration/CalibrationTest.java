package dev.verhulst.heads.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class CalibrationTest {

  @Test
  void isotonicPoolsEqualScoresAndViolators() {
    Isotonic isotonic =
        IsotonicFit.fit(
            new ScoredExamples(new double[] {3, 1, 2, 2, 4, 5}, new double[] {0, 0, 1, 0, 1, 1}));
    // (1, 0), then 2 twice with mean 1/2 and 3 with 0 pool to 1/3, then ones.
    assertThat(isotonic.scores()).containsExactly(1, 2, 3, 4, 5);
    assertThat(isotonic.probabilities())
        .containsExactly(new double[] {0, 1 / 3.0, 1 / 3.0, 1, 1}, within(1e-15));
    assertThat(isotonic.probability(1.5)).isCloseTo(1 / 6.0, within(1e-15));
    assertThat(isotonic.probability(-10)).isZero();
    assertThat(isotonic.probability(Double.POSITIVE_INFINITY)).isEqualTo(1);
    assertThat(isotonic.probability(Double.NaN)).isNaN();
  }

  @Test
  void isotonicKnowsOneZero() {
    Isotonic isotonic =
        IsotonicFit.fit(new ScoredExamples(new double[] {-0.0, 0.0, 1}, new double[] {1, 0, 1}));
    assertThat(isotonic.scores()).containsExactly(0, 1);
    assertThat(isotonic.probabilities()).containsExactly(0.5, 1);
  }

  @Test
  void temperatureFindsTheOneThatScoresWereMadeWith() {
    // Labels in exact proportion to σ(z / 2) for z = ±2 ln 3: probabilities 3/4 and 1/4.
    double z = 2 * Math.log(3);
    ScoredExamples examples =
        new ScoredExamples(
            new double[] {z, z, z, z, -z, -z, -z, -z}, new double[] {1, 1, 1, 0, 0, 0, 0, 1});
    assertThat(TemperatureFit.fit(examples).temperature()).isCloseTo(2, within(1e-12));
  }

  @Test
  void temperatureRefusesWhatNoneFits() {
    assertThatThrownBy(
            () ->
                TemperatureFit.fit(
                    new ScoredExamples(new double[] {-1, 1, 2}, new double[] {0, 1, 1})))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("separate the labels perfectly");
    assertThatThrownBy(
            () ->
                TemperatureFit.fit(
                    new ScoredExamples(new double[] {-1, 1, 2}, new double[] {1, 0, 0})))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("check the scores' sign");
  }

  @Test
  void plattStaysFiniteWhereScoresSeparateTheLabels() {
    Platt platt =
        PlattFit.fit(
            new ScoredExamples(new double[] {-2, -1, 1, 2, 1e6}, new double[] {0, 0, 1, 1, 1}));
    assertThat(platt.a()).isNegative().isFinite();
    assertThat(platt.probability(2)).isGreaterThan(platt.probability(-2));
  }

  @Test
  void refusesBadExamplesWithTheRow() {
    assertThatThrownBy(() -> new ScoredExamples(new double[] {0, 1}, new double[] {0, 2}))
        .hasMessage("the label in row 1 is 2.0; expected 0 or 1");
    assertThatThrownBy(() -> new ScoredExamples(new double[] {Double.NaN}, new double[] {0}))
        .hasMessage("the score in row 0 is NaN; expected a finite number");
    assertThatThrownBy(() -> new ScoredExamples(new double[] {1, 2}, new double[] {1, 1}))
        .hasMessage("all 2 labels are 1; a calibration needs both 0 and 1");
    assertThatThrownBy(
            () -> new ScoredExamples(new double[] {1, 2}, new double[] {1, 0}, new double[] {1, 0}))
        .hasMessage("the weight in row 1 is 0.0; expected a finite number above 0");
    assertThatThrownBy(() -> new Platt(Double.NaN, 0)).hasMessageContaining("finite");
    assertThatThrownBy(() -> new Temperature(0)).hasMessageContaining("above 0");
    assertThatThrownBy(() -> new Isotonic(new double[] {1, 1}, new double[] {0, 1}))
        .hasMessageContaining("knot 1");
    assertThatThrownBy(() -> CalibrationReport.of(new double[] {1.5}, new double[] {1}))
        .hasMessageContaining("the probability in row 0 is 1.5");
  }

  @ParameterizedTest
  @EnumSource
  void aWeightCountsAnExampleSoManyTimes(CalibrationMethod method) {
    double[] scores = {-2, -1, -1, 0.5, 1, 2.5, 3};
    double[] labels = {0, 1, 0, 0, 1, 1, 0};
    double[] weights = {1, 2, 3, 1, 4, 2, 1};
    List<double[]> repeated = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      repeated.addAll(Collections.nCopies((int) weights[i], new double[] {scores[i], labels[i]}));
    }
    ScoredExamples weighted = new ScoredExamples(scores, labels, weights);
    ScoredExamples often =
        new ScoredExamples(
            repeated.stream().mapToDouble(example -> example[0]).toArray(),
            repeated.stream().mapToDouble(example -> example[1]).toArray());
    Calibration calibration = method.fit(weighted);
    assertThat(weighted.probabilities(calibration))
        .containsExactly(weighted.probabilities(method.fit(often)), within(1e-9));
    CalibrationReport report = CalibrationReport.of(weighted, calibration);
    CalibrationReport expected = CalibrationReport.of(often, calibration);
    assertThat(report.logLoss()).isCloseTo(expected.logLoss(), within(1e-12));
    assertThat(report.brierScore()).isCloseTo(expected.brierScore(), within(1e-12));
    assertThat(report.expectedCalibrationError())
        .isCloseTo(expected.expectedCalibrationError(), within(1e-12));
  }

  @Test
  void aReportCountsWhatIsSureAndWrongAsInfinite() {
    CalibrationReport report = CalibrationReport.of(new double[] {0, 1}, new double[] {1, 1});
    assertThat(report.logLoss()).isInfinite();
    assertThat(report.brierScore()).isEqualTo(0.5);
    assertThat(report.expectedCalibrationError()).isEqualTo(0.5);
  }

  @Test
  void theDiagramIsSvgWithAPointForEachBinThatHasExamples() throws Exception {
    double[] probabilities = {0.05, 0.06, 0.45, 0.95};
    CalibrationReport report = CalibrationReport.of(probabilities, new double[] {0, 0, 1, 1});
    Document svg =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(ReliabilityDiagram.svg(report))));
    assertThat(svg.getDocumentElement().getTagName()).isEqualTo("svg");
    assertThat(svg.getElementsByTagName("circle").getLength()).isEqualTo(3);
  }
}

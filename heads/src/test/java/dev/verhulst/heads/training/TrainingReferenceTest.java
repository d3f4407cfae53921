package dev.verhulst.heads.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.verhulst.heads.Reference;
import dev.verhulst.heads.data.Table;
import dev.verhulst.kernels.cpu.CpuDevice;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Agreement with scikit-learn on public data. */
class TrainingReferenceTest {

  private static final CpuDevice DEVICE = new CpuDevice(2);

  private final HeadTraining training = new HeadTraining(DEVICE, 2);

  @AfterAll
  static void close() {
    DEVICE.close();
  }

  @ParameterizedTest
  @EnumSource
  void breastCancer(Solver solver) {
    JsonNode expected = Reference.json("breast_cancer.logistic.json");
    TrainingExamples examples =
        Reference.table("breast_cancer.csv").withLabels(List.of("label"), null);
    List<TrainingProgress> progress = new ArrayList<>();
    HeadFit fit = training.fit(examples, TrainingOptions.DEFAULT.withSolver(solver), progress::add);
    LabelFit label = fit.labels().getFirst();
    assertThat(label.converged()).isTrue();
    assertThat(label.warnings()).isEmpty();
    assertThat(label.objective())
        .isCloseTo(expected.get("objective").asDouble(), withinPercentage(1e-7));
    assertThat(label.logLoss())
        .isCloseTo(expected.get("sum_log_loss").asDouble(), withinPercentage(1e-4));
    assertThat(fit.mean()).containsExactly(Reference.numbers(expected.get("mean")), within(1e-11));
    assertThat(fit.scale())
        .containsExactly(Reference.numbers(expected.get("scale")), within(1e-11));
    assertThat(label.coefficients())
        .containsExactly(Reference.numbers(expected.get("coefficients")), within(1e-5));
    assertThat(label.intercept()).isCloseTo(expected.get("intercept").asDouble(), within(1e-5));
    assertThat(progress).hasSize(label.iterations() + 1);
    assertThat(progress.getLast().gradientNorm()).isLessThanOrEqualTo(1e-9);
    assertThat(progress.getLast().share()).isEqualTo(1);
    assertThat(progress.getFirst().share()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void digits(Solver solver) {
    JsonNode expected = Reference.json("digits.heads.json");
    Table table = Reference.table("digits.csv");
    for (double[] row : table.rows()) {
      for (int pixel = 0; pixel < 64; pixel++) {
        row[pixel] /= 16;
      }
    }
    HeadFit fit =
        training.fit(
            table.withClasses("digit", null),
            TrainingOptions.DEFAULT.withStandardise(false).withSolver(solver),
            TrainingListener.NONE);
    assertThat(fit.labels()).hasSize(10);
    assertThat(fit.converged()).isTrue();
    assertThat(fit.logLoss())
        .isCloseTo(expected.get("sum_log_loss").asDouble(), withinPercentage(1e-5));
    for (int digit = 0; digit < 10; digit++) {
      LabelFit label = fit.labels().get(digit);
      assertThat(label.name()).isEqualTo("digit=" + digit);
      assertThat(label.coefficients())
          .containsExactly(Reference.numbers(expected.get("weights").get(digit)), within(1e-5));
      assertThat(label.intercept())
          .isCloseTo(expected.get("bias").get(digit).asDouble(), within(1e-5));
      assertThat(label.warnings())
          .contains("feature 'p0' is constant: it says nothing, and its coefficient is 0");
    }
  }
}

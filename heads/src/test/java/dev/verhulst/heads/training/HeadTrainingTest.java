package dev.verhulst.heads.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.verhulst.heads.Reference;
import dev.verhulst.heads.data.Table;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.cpu.CpuDevice;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HeadTrainingTest {

  private static final CpuDevice DEVICE = new CpuDevice(2);
  private static final TrainingOptions UNPENALISED =
      TrainingOptions.DEFAULT.withC(Double.POSITIVE_INFINITY);

  private final HeadTraining training = new HeadTraining(DEVICE, 2);

  @AfterAll
  static void close() {
    DEVICE.close();
  }

  /**
   * Maximum likelihood on three features of breast_cancer: coefficients, and standard errors as the
   * roots of the diagonal of the inverse of Xᵀ diag(p (1 - p)) X, from NumPy in extended precision.
   */
  @Test
  void standardErrorsWithoutPenaltyAreThoseOfMaximumLikelihood() {
    Table table = Reference.table("breast_cancer.csv");
    double[][] rows =
        Arrays.stream(table.rows())
            .map(row -> new double[] {row[1], row[4], row[9], row[30]})
            .toArray(double[][]::new);
    HeadFit fit =
        training.fit(
            new Table(List.of("x1", "x4", "x9", "label"), rows).withLabels(List.of("label"), null),
            UNPENALISED,
            TrainingListener.NONE);
    LabelFit label = fit.labels().getFirst();
    assertThat(label.warnings()).isEmpty();
    assertThat(label.coefficients())
        .containsExactly(
            new double[] {-1.3038333657627206, -1.9116741885930935, 1.1543764266573084},
            within(1e-8));
    assertThat(label.intercept()).isCloseTo(0.8935219657941302, within(1e-8));
    assertThat(label.logLoss()).isCloseTo(245.43563368013292, within(1e-8));
    assertThat(label.standardErrors())
        .containsExactly(
            new double[] {
              0.13856556008415102, 0.19369476914981215, 0.17409336121826335, 0.12342869855559291
            },
            within(1e-8));
  }

  @ParameterizedTest
  @EnumSource(names = {"NEWTON", "LBFGS"})
  void aWeightCountsARowSoManyTimes(Solver solver) {
    double[][] once = {{1, 0, 2}, {2, 1, 1}, {3, 0, 3}, {0.5, 1, 0}, {7, 1, 1}};
    double[][] repeated = {{1, 0}, {1, 0}, {2, 1}, {3, 0}, {3, 0}, {3, 0}, {7, 1}};
    TrainingOptions options = TrainingOptions.DEFAULT.withStandardise(false).withSolver(solver);
    LabelFit weighted =
        training
            .fit(
                new Table(List.of("x", "y", "w"), once).withLabels(List.of("y"), "w"),
                options,
                TrainingListener.NONE)
            .labels()
            .getFirst();
    LabelFit expected =
        training
            .fit(
                new Table(List.of("x", "y"), repeated).withLabels(List.of("y"), null),
                options,
                TrainingListener.NONE)
            .labels()
            .getFirst();
    assertThat(weighted.converged()).isTrue();
    assertThat(weighted.coefficients()).containsExactly(expected.coefficients(), within(1e-7));
    assertThat(weighted.objective()).isCloseTo(expected.objective(), within(1e-10));
  }

  @Test
  void givesTheSameBitsOnAnyNumberOfThreads() {
    TrainingExamples examples = random(5000, 7, 1);
    HeadFit alone =
        new HeadTraining(DEVICE, 1).fit(examples, TrainingOptions.DEFAULT, TrainingListener.NONE);
    HeadFit together =
        new HeadTraining(DEVICE, 3).fit(examples, TrainingOptions.DEFAULT, TrainingListener.NONE);
    assertThat(together.weights()).containsExactly(alone.weights());
    assertThat(together.biases()).containsExactly(alone.biases());
  }

  /** The last fits run compiled code, the first ones do not. */
  @ParameterizedTest
  @EnumSource(names = {"NEWTON", "LBFGS"})
  void givesTheSameBitsEveryTime(Solver solver) {
    TrainingExamples examples = random(5000, 7, 1);
    TrainingOptions options = TrainingOptions.DEFAULT.withSolver(solver);
    HeadFit first = training.fit(examples, options, TrainingListener.NONE);
    for (int i = 0; i < 60; i++) {
      HeadFit again = training.fit(examples, options, TrainingListener.NONE);
      assertThat(again.weights()).containsExactly(first.weights());
      assertThat(again.biases()).containsExactly(first.biases());
    }
  }

  @Test
  void readsTensorsWhereTheyLie() {
    double[][] rows = {{1, 2}, {3, 1}, {-2, 4}, {0, 1}};
    float[] floats = {1, 2, 3, 1, -2, 4, 0, 1};
    double[] targets = {0, 1, 0, 1};
    double[] fromRows = weights(FeatureRows.of(rows), targets);
    FeatureRows tensor = FeatureRows.of(MemorySegment.ofArray(floats), DataType.FP32, 4, 2);
    assertThat(weights(tensor, targets)).containsExactly(fromRows);
    assertThatThrownBy(() -> FeatureRows.of(MemorySegment.ofArray(floats), DataType.FP32, 4, 3))
        .hasMessage("4 rows of 3 features in FP32 need 48 bytes, got 32");
  }

  private double[] weights(FeatureRows features, double[] targets) {
    return training
        .fit(
            new TrainingExamples(features, List.of("a", "b"), List.of(targets), List.of("y")),
            TrainingOptions.DEFAULT,
            TrainingListener.NONE)
        .weights();
  }

  @ParameterizedTest
  @EnumSource(names = {"NEWTON", "LBFGS"})
  void perfectSeparationWithoutPenaltyIsSaidAndEndsFinite(Solver solver) {
    double[][] rows = {{1, 0}, {2, 0}, {3, 1}, {4, 1}};
    LabelFit label =
        training
            .fit(
                new Table(List.of("x", "y"), rows).withLabels(List.of("y"), null),
                UNPENALISED.withSolver(solver),
                TrainingListener.NONE)
            .labels()
            .getFirst();
    assertThat(label.converged()).isFalse();
    assertThat(label.coefficients()[0]).isFinite().isPositive();
    assertThat(label.standardErrors()).isNull();
    assertThat(label.warnings())
        .singleElement()
        .asString()
        .contains("separate the labels perfectly", "set c to a finite value");
  }

  @Test
  void dependentFeaturesWithoutPenaltyAreFitted() {
    double[][] rows = {{1, 2, 0}, {2, 4, 1}, {3, 6, 0}, {4, 8, 1}, {5, 10, 1}, {2.5, 5, 0}};
    LabelFit label =
        training
            .fit(
                new Table(List.of("a", "b", "y"), rows).withLabels(List.of("y"), null),
                UNPENALISED,
                TrainingListener.NONE)
            .labels()
            .getFirst();
    assertThat(label.converged()).isTrue();
    assertThat(label.standardErrors()).isNull();
    assertThat(label.warnings()).singleElement().asString().contains("the Hessian is singular");
  }

  @Test
  void aConstantFeatureIsSaidAndGetsNoWeight() {
    double[][] rows = {{1, 5, 0}, {2, 5, 1}, {3, 5, 0}, {4, 5, 1}};
    for (TrainingOptions options : List.of(TrainingOptions.DEFAULT, UNPENALISED)) {
      HeadFit fit =
          training.fit(
              new Table(List.of("a", "b", "y"), rows).withLabels(List.of("y"), null),
              options,
              TrainingListener.NONE);
      LabelFit label = fit.labels().getFirst();
      assertThat(label.converged()).isTrue();
      assertThat(label.coefficients()[1]).isZero();
      assertThat(label.coefficients()[0]).isNotZero();
      assertThat(fit.scale()[1]).isEqualTo(1);
      assertThat(label.standardErrors()).isNotNull();
      assertThat(label.warnings())
          .containsExactly("feature 'b' is constant: it says nothing, and its coefficient is 0");
    }
  }

  @Test
  void refusesWhatIsNoNumberWithTheRow() {
    double[][] rows = {{1, 0}, {Double.NaN, 1}, {Double.POSITIVE_INFINITY, 1}};
    TrainingExamples examples = new Table(List.of("x", "y"), rows).withLabels(List.of("y"), null);
    assertThatThrownBy(() -> training.fit(examples, TrainingOptions.DEFAULT, TrainingListener.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("feature 'x' is NaN in row 1; expected a finite number");
  }

  @Test
  void refusesLabelsAndWeightsWithTheRow() {
    double[][] rows = {{1, 0, 1}, {2, 0.5, -1}, {3, 1, 1}};
    Table table = new Table(List.of("x", "y", "w"), rows);
    assertThatThrownBy(() -> table.withLabels(List.of("y"), null))
        .hasMessage("label 'y' is 0.5 in row 1; expected 0 or 1");
    rows[1][1] = 1;
    assertThatThrownBy(() -> table.withLabels(List.of("y"), "w"))
        .hasMessage("the weight in row 1 is -1.0; expected a finite number of at least 0");
    rows[0][1] = 1;
    assertThatThrownBy(() -> table.withLabels(List.of("y"), null))
        .hasMessage("label 'y' is 1 in all 3 rows; a head needs examples of both 0 and 1");
    rows[0][1] = 0;
    rows[0][2] = 0;
    rows[1][2] = 1;
    assertThatThrownBy(() -> table.withLabels(List.of("y"), "w"))
        .hasMessage(
            "label 'y' is 1 in all 2 rows that have a weight; a head needs examples of both 0 and"
                + " 1");
    assertThatThrownBy(() -> table.withLabels(List.of("z"), null))
        .hasMessage("there is no column 'z'; there are [x, y, w]");
  }

  @Test
  void refusesMoreThanItsMemoryAtOnce() {
    FeatureRows endless =
        new FeatureRows() {
          @Override
          public int rows() {
            return 1_000_000_000;
          }

          @Override
          public int features() {
            return 1000;
          }

          @Override
          public void copyRow(int row, double[] to) {
            throw new AssertionError("nothing may be read");
          }
        };
    assertThat(
            HeadTraining.memoryNeeded(endless.rows(), endless.features(), TrainingOptions.DEFAULT))
        .isGreaterThan(8_000_000_000_000L);
    TrainingExamples small = random(1000, 100, 1);
    assertThatThrownBy(
            () ->
                training.fit(
                    small,
                    TrainingOptions.DEFAULT.withMemoryBudget(1 << 20),
                    TrainingListener.NONE))
        .isInstanceOf(MemoryBudgetException.class)
        .hasMessageContaining("the budget is 1 MiB");
  }

  @ParameterizedTest
  @EnumSource(names = {"NEWTON", "LBFGS"})
  void aListenerCancels(Solver solver) {
    TrainingExamples examples = random(2000, 5, 2);
    assertThatThrownBy(
            () ->
                training.fit(
                    examples,
                    TrainingOptions.DEFAULT.withSolver(solver),
                    progress -> {
                      if (progress.iteration() == 1) {
                        throw new CancellationException("enough");
                      }
                    }))
        .isInstanceOf(CancellationException.class)
        .hasMessage("enough");
  }

  @Test
  void saysWhereItHasNotConverged() {
    LabelFit label =
        training
            .fit(
                random(2000, 5, 1),
                TrainingOptions.DEFAULT.withMaxIterations(1),
                TrainingListener.NONE)
            .labels()
            .getFirst();
    assertThat(label.converged()).isFalse();
    assertThat(label.iterations()).isEqualTo(1);
    assertThat(label.warnings()).singleElement().asString().contains("within 1 iterations");
  }

  @Test
  void manyFeaturesGoToLbfgs() {
    assertThat(Solver.AUTOMATIC.resolve(500)).isEqualTo(Solver.NEWTON);
    assertThat(Solver.AUTOMATIC.resolve(501)).isEqualTo(Solver.LBFGS);
  }

  private static TrainingExamples random(int rows, int features, int labels) {
    Random random = new Random(7);
    double[][] values = new double[rows][features];
    double[][] targets = new double[labels][rows];
    for (int row = 0; row < rows; row++) {
      Arrays.setAll(values[row], _ -> random.nextGaussian());
      for (double[] target : targets) {
        target[row] = values[row][0] + random.nextGaussian() > 0 ? 1 : 0;
      }
    }
    List<String> names = IntStream.range(0, features).mapToObj(i -> "x" + i).toList();
    List<String> labelNames = IntStream.range(0, labels).mapToObj(i -> "y" + i).toList();
    return new TrainingExamples(FeatureRows.of(values), names, List.of(targets), labelNames);
  }
}

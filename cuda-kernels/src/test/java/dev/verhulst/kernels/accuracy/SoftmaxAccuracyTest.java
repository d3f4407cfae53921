package dev.verhulst.kernels.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.accuracy.RowRunner.Result;
import dev.verhulst.kernels.activation.Softmax;
import dev.verhulst.kernels.cpu.CpuDevice;
import dev.verhulst.kernels.reference.ReferenceValue;
import dev.verhulst.kernels.reference.ReferenceValues;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Softmax in every type on the CPU, against exact values and against its definition. */
@Tag(Bounds.ON_NARROW_VECTORS_TOO)
final class SoftmaxAccuracyTest {

  private static final Softmax SOFTMAX = new Softmax();
  private static final ErrorBound VALUE = ErrorBound.ofValue("softmax");
  private static final CpuDevice DEVICE = new CpuDevice(1);

  @AfterAll
  static void close() {
    DEVICE.close();
  }

  @ParameterizedTest
  @EnumSource
  void agreesWithEveryReferenceRow(DataType dataType) {
    ErrorBound derivative = ErrorBound.ofDerivative(dataType);
    Worst worstY = new Worst("softmax y in " + dataType);
    Worst worstDyDx = new Worst("softmax dy_dx in " + dataType);
    for (List<ReferenceValue> row : ReferenceValues.softmaxRows()) {
      if (row.stream().allMatch(value -> value.isExactIn(dataType))) {
        double[] x = row.stream().mapToDouble(ReferenceValue::x).toArray();
        Result result = new RowRunner(DEVICE).run(SOFTMAX, dataType, x, null, x);
        for (int i = 0; i < x.length; i++) {
          ReferenceValue exact = row.get(i);
          double y = result.y()[i];
          double dyDx = result.dyDx()[i];
          worstY.add(VALUE.error(dataType, y, exact.exactY()), exact, y, exact.y());
          worstDyDx.add(
              derivative.error(dataType, dyDx, exact.exactDyDx()), exact, dyDx, exact.dyDx());
        }
      }
    }
    worstY.assertWithin(VALUE.ulps());
    worstDyDx.assertWithin(derivative.ulps());
  }

  /** Over rows of all lengths, some longer than the pieces in which a row is summed. */
  @ParameterizedTest
  @EnumSource
  void agreesWithItsDefinitionOverSampledRows(DataType dataType) {
    SplittableRandom random = new SplittableRandom(1838);
    // The definition's own error counts in FP64 alone.
    boolean isDouble = dataType == DataType.FP64;
    ErrorBound value = VALUE.plusUlps(isDouble ? ScalarDefinitionTest.VALUE_BOUND : 0);
    ErrorBound derivative =
        ErrorBound.ofDerivative(dataType)
            .plusUlps(isDouble ? ScalarDefinitionTest.DERIVATIVE_BOUND : 0);
    Worst worstY = new Worst("softmax y in " + dataType);
    Worst worstDyDx = new Worst("softmax dy_dx in " + dataType);
    Worst worstGradX = new Worst("softmax grad_x in " + dataType);
    for (int row = 0; row < 400; row++) {
      int length = row % 50 == 0 ? random.nextInt(4_000, 6_000) : random.nextInt(1, 200);
      double[] x = row(random, length, Math.scalb(1.0, random.nextInt(-6, 8)), dataType);
      double[] gradY = row(random, length, 1, dataType);
      double[] y = SOFTMAX.value(x);
      double[] dyDx = SOFTMAX.derivative(x);
      double[] gradX = SOFTMAX.gradient(x, gradY);
      Result result = new RowRunner(DEVICE).run(SOFTMAX, dataType, x, null, gradY);
      for (int i = 0; i < length; i++) {
        Place place = new Place(i, x);
        double error = value.error(dataType, result.y()[i], y[i]);
        worstY.add(error, place, result.y()[i], y[i]);
        error = derivative.error(dataType, result.dyDx()[i], dyDx[i]);
        worstDyDx.add(error, place, result.dyDx()[i], dyDx[i]);
        error = derivative.error(dataType, result.gradX()[i], gradX[i]);
        worstGradX.add(error, place, result.gradX()[i], gradX[i]);
      }
    }
    worstY.assertWithin(value.ulps());
    worstDyDx.assertWithin(derivative.ulps());
    worstGradX.assertWithin(derivative.ulps());
  }

  /** What has no finite answer, and what nearly has none. */
  @ParameterizedTest
  @EnumSource
  void keepsItsEdges(DataType dataType) {
    double infinity = Double.POSITIVE_INFINITY;
    double huge = ErrorBound.round(60_000, dataType);
    assertThat(value(dataType, 3)).containsExactly(1);
    assertThat(value(dataType, -infinity, 2)).containsExactly(0, 1);
    assertThat(value(dataType, huge, huge)).containsExactly(0.5, 0.5);
    assertThat(value(dataType, -huge, huge)).containsExactly(0, 1);
    assertThat(value(dataType, Double.NaN, 2, 3)).containsOnly(Double.NaN);
    assertThat(value(dataType, infinity, 2)).contains(Double.NaN);
    assertThat(value(dataType, -infinity, -infinity)).containsOnly(Double.NaN);
  }

  private static double[] value(DataType dataType, double... x) {
    return new RowRunner(DEVICE).run(SOFTMAX, dataType, x, null, x).y();
  }

  private static double[] row(
      SplittableRandom random, int length, double scale, DataType dataType) {
    double[] row = new double[length];
    Arrays.setAll(row, i -> ErrorBound.round(random.nextDouble(-1, 1) * scale, dataType));
    return row;
  }

  /** An element of a row. */
  private record Place(int index, double[] row) {
    @Override
    public String toString() {
      return index + " of " + Arrays.toString(row);
    }
  }
}

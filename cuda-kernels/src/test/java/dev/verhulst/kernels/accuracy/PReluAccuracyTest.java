package dev.verhulst.kernels.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.accuracy.RowRunner.Result;
import dev.verhulst.kernels.activation.PRelu;
import dev.verhulst.kernels.cpu.CpuDevice;
import dev.verhulst.kernels.reference.ReferenceValue;
import dev.verhulst.kernels.reference.ReferenceValues;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * PReLU in every type on the CPU: its value and its gradient are one product, so that they are the
 * exact ones, rounded; its derivative is exact.
 */
final class PReluAccuracyTest {

  private static final int SAMPLES = 1 << 14;
  private static final double ROUNDED_ONCE = 0.500_001;
  private static final CpuDevice DEVICE = new CpuDevice(1);

  @AfterAll
  static void close() {
    DEVICE.close();
  }

  @ParameterizedTest
  @EnumSource
  void agreesWithEveryReferenceValue(DataType dataType) {
    List<ReferenceValue> rows =
        ReferenceValues.of("prelu").stream().filter(row -> row.isExactIn(dataType)).toList();
    assertThat(rows).hasSizeGreaterThan(20);
    double[] x = rows.stream().mapToDouble(ReferenceValue::x).toArray();
    double[] slope = rows.stream().mapToDouble(row -> row.input("slope", 0)).toArray();
    Result result = new RowRunner(DEVICE).run(new PRelu(), dataType, x, slope, x);
    ErrorBound bound = new ErrorBound(ROUNDED_ONCE, 0);
    Worst worstY = new Worst("prelu y in " + dataType);
    for (int i = 0; i < x.length; i++) {
      ReferenceValue row = rows.get(i);
      double y = result.y()[i];
      worstY.add(bound.error(dataType, y, row.exactY()), row, y, row.exactY());
      assertThat(result.dyDx()[i]).as("%s", row).isEqualTo(row.dyDx());
    }
    worstY.assertWithin(ROUNDED_ONCE);
  }

  @ParameterizedTest
  @EnumSource
  void isTheDefinitionRoundedOnce(DataType dataType) {
    SplittableRandom random = new SplittableRandom(1838);
    double[] x = numbers(random, dataType);
    double[] slope = numbers(random, dataType);
    double[] gradY = numbers(random, dataType);
    Arrays.fill(x, 0, 8, Double.NaN);
    Arrays.fill(x, 8, 16, Double.POSITIVE_INFINITY);
    Arrays.fill(x, 16, 24, Double.NEGATIVE_INFINITY);
    Arrays.fill(x, 24, 32, -0.0);
    Result result = new RowRunner(DEVICE).run(new PRelu(), dataType, x, slope, gradY);
    for (int i = 0; i < SAMPLES; i++) {
      double derivative = new PRelu().derivative(x[i], slope[i]);
      String subject = "prelu of %s, slope %s, %s".formatted(x[i], slope[i], dataType);
      assertThat(result.y()[i])
          .as(subject)
          .isEqualTo(Double.valueOf(rounded(new PRelu().value(x[i], slope[i]), dataType)));
      assertThat(result.dyDx()[i]).as(subject).isEqualTo(Double.valueOf(derivative));
      assertThat(result.gradX()[i])
          .as("%s, gradient %s", subject, gradY[i])
          .isEqualTo(Double.valueOf(rounded(gradY[i] * derivative, dataType)));
    }
  }

  /** The product of two 16-bit numbers is exact in FP32, but for where it is subnormal there. */
  private static double rounded(double product, DataType dataType) {
    return ErrorBound.round(ErrorBound.round(product, ErrorBound.computedIn(dataType)), dataType);
  }

  private static double[] numbers(SplittableRandom random, DataType dataType) {
    double[] numbers = new double[SAMPLES];
    Arrays.setAll(
        numbers,
        i -> {
          double scale = Math.scalb(1.0, random.nextInt(-20, 10));
          return ErrorBound.round(random.nextDouble(-1, 1) * scale, dataType);
        });
    return numbers;
  }
}

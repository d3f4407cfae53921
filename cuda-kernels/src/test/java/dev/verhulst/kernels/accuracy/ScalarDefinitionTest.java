package dev.verhulst.kernels.accuracy;

import static dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits.gradient;
import static dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits.loss;

import dev.verhulst.kernels.activation.ElementwiseActivation;
import dev.verhulst.kernels.activation.PRelu;
import dev.verhulst.kernels.activation.Softmax;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.kernels.reference.ReferenceValue;
import dev.verhulst.kernels.reference.ReferenceValues;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The definitions in double, to which every kernel is held, against every row of the reference
 * values: about 1e-15, which is some 4 ulp.
 */
final class ScalarDefinitionTest {

  static final double VALUE_BOUND = 3;
  static final double DERIVATIVE_BOUND = 6;

  /** Where a derivative crosses 0, this much of the terms that cancel is rounding. */
  private static final double CANCELLED = 0x1p-52;

  /** What a factor that has become subnormal may cost a derivative. */
  private static final double NEGLIGIBLE = 1e-300;

  static Stream<String> functions() {
    return ReferenceValues.rowCounts().keySet().stream().filter(name -> !name.equals("softmax"));
  }

  @ParameterizedTest
  @MethodSource("functions")
  void agreesWithEveryReferenceValue(String function) {
    Worst worstY = new Worst(function + " y");
    Worst worstDyDx = new Worst(function + " dy_dx");
    for (ReferenceValue row : ReferenceValues.of(function)) {
      double y = value(row);
      double dyDx = derivative(row);
      worstY.add(Ulp.errorFp64(y, row.exactY()), row, y, row.exactY());
      worstDyDx.add(derivativeError(dyDx, row.exactDyDx()), row, dyDx, row.exactDyDx());
    }
    worstY.assertWithin(VALUE_BOUND);
    worstDyDx.assertWithin(DERIVATIVE_BOUND);
  }

  @Test
  void softmaxAgreesWithEveryReferenceRow() {
    Worst worstY = new Worst("softmax y");
    Worst worstDyDx = new Worst("softmax dy_dx");
    for (List<ReferenceValue> row : ReferenceValues.softmaxRows()) {
      double[] x = row.stream().mapToDouble(ReferenceValue::x).toArray();
      double[] y = new Softmax().value(x);
      double[] dyDx = new Softmax().derivative(x);
      for (int i = 0; i < x.length; i++) {
        BigDecimal exactY = row.get(i).exactY();
        BigDecimal exactDyDx = row.get(i).exactDyDx();
        worstY.add(Ulp.errorFp64(y[i], exactY), row.get(i), y[i], exactY);
        worstDyDx.add(derivativeError(dyDx[i], exactDyDx), row.get(i), dyDx[i], exactDyDx);
      }
    }
    worstY.assertWithin(VALUE_BOUND);
    worstDyDx.assertWithin(DERIVATIVE_BOUND);
  }

  private static double derivativeError(double derivative, BigDecimal exact) {
    double difference = Math.abs(derivative - exact.doubleValue());
    boolean nearZero = Math.abs(exact.doubleValue()) > CANCELLED / 8 && difference <= CANCELLED;
    return nearZero || difference <= NEGLIGIBLE ? 0 : Ulp.errorFp64(derivative, exact);
  }

  private static double value(ReferenceValue row) {
    if (row.function().equals(BinaryCrossEntropyWithLogits.NAME)) {
      return loss(row.x(), row.input("target", 0), row.input("weight", 1), posWeight(row));
    }
    return switch (row.activation()) {
      case ElementwiseActivation elementwise -> elementwise.value(row.x());
      case PRelu prelu -> prelu.value(row.x(), row.input("slope", 0));
      case Softmax unused -> throw new IllegalStateException("softmax has rows of its own");
    };
  }

  private static double derivative(ReferenceValue row) {
    if (row.function().equals(BinaryCrossEntropyWithLogits.NAME)) {
      return gradient(row.x(), row.input("target", 0), row.input("weight", 1), posWeight(row));
    }
    return switch (row.activation()) {
      case ElementwiseActivation elementwise -> elementwise.derivative(row.x());
      case PRelu prelu -> prelu.derivative(row.x(), row.input("slope", 0));
      case Softmax unused -> throw new IllegalStateException("softmax has rows of its own");
    };
  }

  private static double posWeight(ReferenceValue row) {
    return row.input("pos_weight", 1);
  }
}

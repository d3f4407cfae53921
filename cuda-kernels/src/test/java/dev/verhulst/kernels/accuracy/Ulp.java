package dev.verhulst.kernels.accuracy;

import dev.verhulst.kernels.DataType;
import java.math.BigDecimal;
import java.math.MathContext;

/**
 * Units in the last place. The ulp at a number is the distance between the neighbours of a type in
 * the number's binade, and never below that of the subnormals.
 */
final class Ulp {

  private static final double LARGEST_FLOAT_AND_HALF_AN_ULP = 0x1.ffffffp127;

  private Ulp() {}

  /** One ulp of FP32 or FP64 at a number. */
  static double at(double number, DataType dataType) {
    return switch (dataType) {
      case FP64 -> Math.ulp(number);
      case FP32 -> Math.scalb(1.0, Math.max(Math.getExponent(number), Float.MIN_EXPONENT) - 23);
      case FP16, BF16 ->
          throw new IllegalArgumentException("16-bit types are compared for equality, not in ulp");
    };
  }

  /**
   * How far a result is from the exact one, in ulp of FP32: 0 where both are NaN or the same
   * infinity, and where the exact one overflows into the infinity that came out.
   */
  static double error(float result, double exact) {
    double rounded = Math.abs(exact) >= LARGEST_FLOAT_AND_HALF_AN_ULP ? (float) exact : exact;
    return error(result, rounded, DataType.FP32);
  }

  /** The same in ulp of FP64, for an exact value of more digits. */
  static double error(double result, BigDecimal exact) {
    double rounded = exact.doubleValue();
    if (!Double.isFinite(result) || !Double.isFinite(rounded)) {
      return error(result, rounded, DataType.FP64);
    }
    BigDecimal difference = new BigDecimal(result).subtract(exact, MathContext.DECIMAL64).abs();
    return difference
        .divide(new BigDecimal(Math.ulp(rounded)), MathContext.DECIMAL64)
        .doubleValue();
  }

  private static double error(double result, double exact, DataType dataType) {
    if (result == exact || (Double.isNaN(result) && Double.isNaN(exact))) {
      return 0;
    }
    double error = Math.abs(result - exact) / at(exact, dataType);
    return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
  }
}

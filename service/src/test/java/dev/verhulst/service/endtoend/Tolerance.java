package dev.verhulst.service.endtoend;

import dev.verhulst.kernels.DataType;
import java.math.BigDecimal;

/**
 * How far a result may be from the exact one: so many ulp of the type that the kernel computes in,
 * or an absolute error where that is more; and half an ulp of a 16-bit type on top, for its
 * rounding.
 *
 * @param ulps units in the last place of FP64 for FP64, and of FP32 for the other types
 * @param absolute the absolute error for the types that are computed in FP32; 2²⁹ times less for
 *     FP64
 */
record Tolerance(double ulps, double absolute) {

  /** Of values: the widest that the catalogue allows. */
  static final Tolerance VALUE = new Tolerance(4, 0);

  /** Of derivatives and gradients. */
  static final Tolerance DERIVATIVE = new Tolerance(8, 0x1p-21);

  /** Of the loss: two softplus, their products with the target and the weights, and a sum. */
  static final Tolerance LOSS = new Tolerance(8, 0);

  /** This tolerance for results that are so many times larger. */
  Tolerance scaled(double factor) {
    return new Tolerance(ulps, absolute * factor);
  }

  boolean accepts(DataType dataType, double actual, BigDecimal exact) {
    double expected = exact.doubleValue();
    if (Math.abs(expected) >= overflow(dataType)) {
      return actual == Math.copySign(Double.POSITIVE_INFINITY, expected);
    }
    boolean wide = dataType == DataType.FP64;
    double computed = ulp(wide ? DataType.FP64 : DataType.FP32, expected);
    double allowed = Math.max(ulps * computed, wide ? absolute * 0x1p-29 : absolute);
    double rounding =
        dataType == DataType.FP16 || dataType == DataType.BF16 ? ulp(dataType, expected) / 2 : 0;
    BigDecimal error =
        Double.isFinite(actual) ? new BigDecimal(actual).subtract(exact).abs() : null;
    return error != null && error.compareTo(new BigDecimal(allowed + rounding)) <= 0;
  }

  private static double ulp(DataType dataType, double number) {
    int exponent = number == 0 ? Integer.MIN_VALUE : Math.getExponent(number);
    return switch (dataType) {
      case FP64 -> Math.ulp(number);
      case FP32 -> Math.scalb(1.0, Math.max(exponent, -126) - 23);
      case BF16 -> Math.scalb(1.0, Math.max(exponent, -126) - 7);
      case FP16 -> Math.scalb(1.0, Math.max(exponent, -14) - 10);
    };
  }

  /** From where on a number rounds to infinity. */
  private static double overflow(DataType dataType) {
    return switch (dataType) {
      case FP64 -> Double.POSITIVE_INFINITY;
      case FP32 -> 0x1.ffffffp127;
      case BF16 -> 0x1.ffp127;
      case FP16 -> 65520;
    };
  }
}

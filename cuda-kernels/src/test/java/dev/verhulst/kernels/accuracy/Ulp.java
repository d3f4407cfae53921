package dev.verhulst.kernels.accuracy;

import dev.verhulst.kernels.DataType;
import java.math.BigDecimal;
import java.math.MathContext;

/**
 * Errors in units in the last place. The ulp at a number is the distance between the neighbours of
 * a type in the number's binade, and never below that of the subnormals. Infinity counts as the
 * power of two at which a type ends, so that an overflow is as far off as it is large.
 */
public final class Ulp {

  private static final BigDecimal FP64_END = BigDecimal.TWO.pow(1024);

  private Ulp() {}

  /** How far an FP32 result is from the exact one; 0 where both are NaN. */
  public static double errorFp32(float result, double exact) {
    if (Float.isNaN(result) || Double.isNaN(exact)) {
      return Float.isNaN(result) && Double.isNaN(exact) ? 0 : Double.POSITIVE_INFINITY;
    }
    return Math.abs(finite(result) - finite(exact)) / fp32(exact);
  }

  /** One ulp of FP32 at a number. */
  static double fp32(double number) {
    int exponent =
        Math.clamp((long) Math.getExponent(number), Float.MIN_EXPONENT, Float.MAX_EXPONENT);
    return Math.scalb(1.0, exponent - 23);
  }

  /** One ulp of FP32 or FP64 at a number. */
  static double of(double number, DataType dataType) {
    return switch (dataType) {
      case FP32 -> fp32(number);
      case FP64 -> Math.ulp(number);
      case FP16, BF16 ->
          throw new IllegalArgumentException(dataType + " is compared after rounding, not in ulp");
    };
  }

  private static double finite(double number) {
    return Math.clamp(number, -0x1p128, 0x1p128);
  }

  /** How far an FP64 result is from the exact one, of which there are more digits. */
  static double errorFp64(double result, BigDecimal exact) {
    if (Double.isNaN(result)) {
      return Double.POSITIVE_INFINITY;
    }
    BigDecimal number =
        Double.isInfinite(result)
            ? FP64_END.multiply(BigDecimal.valueOf(Math.signum(result)))
            : new BigDecimal(result);
    BigDecimal limited = exact.min(FP64_END).max(FP64_END.negate());
    double binade = Math.min(Math.abs(limited.doubleValue()), Double.MAX_VALUE);
    return number
        .subtract(limited, MathContext.DECIMAL64)
        .abs()
        .divide(new BigDecimal(Math.ulp(binade)), MathContext.DECIMAL64)
        .doubleValue();
  }

  /** How far an FP64 result is from another; 0 where both are NaN. */
  public static double errorFp64(double result, double expected) {
    if (Double.isNaN(result) || Double.isNaN(expected)) {
      return Double.isNaN(result) && Double.isNaN(expected) ? 0 : Double.POSITIVE_INFINITY;
    }
    if (result == expected) {
      return 0;
    }
    double binade = Math.min(Math.abs(expected), Double.MAX_VALUE);
    double limitedResult = Math.clamp(result, -Double.MAX_VALUE, Double.MAX_VALUE);
    double limited = Math.clamp(expected, -Double.MAX_VALUE, Double.MAX_VALUE);
    return Math.abs(limitedResult - limited) / Math.ulp(binade);
  }
}

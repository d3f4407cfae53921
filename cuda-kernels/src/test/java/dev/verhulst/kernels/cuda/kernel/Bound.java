package dev.verhulst.kernels.cuda.kernel;

import dev.verhulst.kernels.DataType;
import java.util.Set;

/**
 * How far a result may be from the exact one: so many ulp of the type that the kernel computes in,
 * or so much at least. A 16-bit result is the rounding of an FP32 result within the bound.
 *
 * @param ulps ulp of FP32, or of FP64
 * @param absolute what is allowed however small the ulp is
 */
public record Bound(double ulps, double absolute) {

  private static final Set<String> FOUR_ULPS =
      Set.of("log_sigmoid", "softplus", "logit", "gelu", "erf");

  /** The catalogue's bound for values on a GPU. */
  public static Bound ofValue(String activation, DataType dataType) {
    boolean harder = FOUR_ULPS.contains(activation);
    return switch (dataType) {
      case FP16, BF16, FP32 -> new Bound(harder ? 4 : 3, 0);
      case FP64 -> new Bound(harder ? 4 : 2, 0);
    };
  }

  /** The catalogue's bound for derivatives and gradients. */
  public static Bound ofDerivative(DataType dataType) {
    return new Bound(8, dataType == DataType.FP64 ? 0x1p-50 : 0x1p-21);
  }

  /** This bound, for a result that is computed from one within it, times a factor. */
  public Bound times(double factor) {
    return new Bound(ulps + 1, absolute * Math.max(1, Math.abs(factor)));
  }

  /** This bound where the reference itself is off by so many ulp. */
  public Bound plusUlps(double more) {
    return new Bound(ulps + more, absolute);
  }

  /**
   * How far a result is from the exact one, in units of this bound: up to 1 is within it. 0 where
   * both are NaN.
   */
  public double error(double result, double exact, NumberFormat format) {
    if (Double.isNaN(result) || Double.isNaN(exact)) {
      return Double.isNaN(result) == Double.isNaN(exact) ? 0 : Double.POSITIVE_INFINITY;
    }
    if (result == exact) {
      return 0;
    }
    double distance = Math.max(ulps * ulp(exact, format), absolute);
    double lowest = format.nearest(exact - distance);
    double highest = format.nearest(exact + distance);
    return switch (format) {
      case FP16, BF16 ->
          result == format.nearest(exact)
              ? 0
              : result >= lowest && result <= highest ? 1 : Double.POSITIVE_INFINITY;
      case FP32, FP64 ->
          Double.isInfinite(result) || Double.isInfinite(exact)
              ? result == lowest || result == highest ? 1 : Double.POSITIVE_INFINITY
              : Math.abs(result - exact) / distance;
    };
  }

  private static double ulp(double number, NumberFormat format) {
    return format == NumberFormat.FP64
        ? Math.ulp(number)
        : Math.scalb(1.0, Math.max(Math.getExponent(number), Float.MIN_EXPONENT) - 23);
  }
}

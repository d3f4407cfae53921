package dev.verhulst.kernels.accuracy;

import dev.verhulst.kernels.DataType;
import java.math.BigDecimal;

/**
 * How far a result may be from the exact one, whatever its type: so many ulp of the type that the
 * kernel computes in, or so much, whichever is larger. A 16-bit result is to be what an FP32 result
 * within the bound is rounded to.
 *
 * @param ulps ulp of FP32, or of FP64
 * @param absolute what is good enough however small an ulp is
 */
record ErrorBound(double ulps, double absolute) {

  /** The bound of an activation's value. */
  static ErrorBound ofValue(String name) {
    return new ErrorBound(Bounds.value(name), 0);
  }

  /** The bound of derivatives and gradients. */
  static ErrorBound ofDerivative(DataType dataType) {
    return new ErrorBound(Bounds.DERIVATIVE, Bounds.derivativeAbsolute(computedIn(dataType)));
  }

  /** This bound for results that are a factor larger, or smaller. */
  ErrorBound times(double factor) {
    return new ErrorBound(ulps, absolute * factor);
  }

  /** This bound where what counts as exact is itself off by so many ulp. */
  ErrorBound plusUlps(double more) {
    return new ErrorBound(ulps + more, absolute);
  }

  /** The type that a kernel computes in. */
  static DataType computedIn(DataType dataType) {
    return dataType == DataType.FP64 ? DataType.FP64 : DataType.FP32;
  }

  /** The number of a type that is nearest to a double. */
  static double round(double number, DataType dataType) {
    return switch (dataType) {
      case FP16, BF16 -> Half.round(number, dataType);
      case FP32 -> (float) number;
      case FP64 -> number;
    };
  }

  /**
   * How many ulp a result is off; 0 where it is within {@link #absolute}. For a 16-bit type 0
   * within the bound and infinity beyond it.
   */
  double error(DataType dataType, double result, double exact) {
    return switch (dataType) {
      case FP16, BF16 -> halfError(dataType, result, exact);
      case FP32 -> isClose(result, exact) ? 0 : Ulp.errorFp32((float) result, exact);
      case FP64 -> isClose(result, exact) ? 0 : Ulp.errorFp64(result, exact);
    };
  }

  /** The same for an exact number with more digits than a double has. */
  double error(DataType dataType, double result, BigDecimal exact) {
    return switch (dataType) {
      case FP16, BF16, FP32 -> error(dataType, result, exact.doubleValue());
      case FP64 -> isClose(result, exact.doubleValue()) ? 0 : Ulp.errorFp64(result, exact);
    };
  }

  private boolean isClose(double result, double exact) {
    return Math.abs(result - exact) <= absolute;
  }

  private double halfError(DataType dataType, double result, double exact) {
    if (Double.isNaN(exact) && Double.isNaN(result)) {
      return 0;
    }
    double error = Math.max(ulps * Ulp.fp32(exact), absolute);
    double lowest = Half.round(exact - error, dataType);
    double highest = Half.round(exact + error, dataType);
    return result >= lowest && result <= highest ? 0 : Double.POSITIVE_INFINITY;
  }
}

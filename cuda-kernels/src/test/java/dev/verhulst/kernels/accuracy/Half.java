package dev.verhulst.kernels.accuracy;

import dev.verhulst.kernels.DataType;

/** The 16-bit types, one number at a time: what their bits mean, and how a double is rounded. */
final class Half {

  private Half() {}

  static double value(short bits, DataType dataType) {
    return switch (dataType) {
      case FP16 -> Float.float16ToFloat(bits);
      case BF16 -> Float.intBitsToFloat(bits << 16);
      case FP32, FP64 -> throw new IllegalArgumentException(dataType + " is no 16-bit type");
    };
  }

  /** The bits of the number nearest to a double. */
  static short bits(double number, DataType dataType) {
    float rounded = (float) round(number, dataType);
    return switch (dataType) {
      case FP16 -> Float.floatToFloat16(rounded);
      case BF16 -> (short) (Float.floatToIntBits(rounded) >>> 16);
      case FP32, FP64 -> throw new IllegalArgumentException(dataType + " is no 16-bit type");
    };
  }

  /** The number of the type that is nearest to a double, ties to even, in one rounding. */
  static double round(double number, DataType dataType) {
    return switch (dataType) {
      case FP16 -> round(number, 11, -14, 0x1p16);
      case BF16 -> round(number, 8, -126, 0x1p128);
      case FP32, FP64 -> throw new IllegalArgumentException(dataType + " is no 16-bit type");
    };
  }

  private static double round(double number, int precision, int minimumExponent, double end) {
    if (!Double.isFinite(number)) {
      return number;
    }
    int exponent = Math.max(Math.getExponent(number), minimumExponent) - precision + 1;
    double rounded = Math.scalb(Math.rint(Math.scalb(number, -exponent)), exponent);
    return Math.abs(rounded) >= end ? Math.copySign(Double.POSITIVE_INFINITY, rounded) : rounded;
  }
}

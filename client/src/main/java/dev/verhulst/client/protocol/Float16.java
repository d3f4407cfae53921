package dev.verhulst.client.protocol;

/**
 * Conversions to and from FP16, IEEE 754 binary16: one sign bit, five of exponent, ten of fraction.
 * A {@code short} carries the bits.
 */
public final class Float16 {

  private static final int SIGN = 0x8000;
  private static final int INFINITY = 0x7C00;
  private static final int QUIET_NAN = 0x7E00;

  /** How many fraction bits a binary32 has more. */
  private static final int DROPPED_BITS = 13;

  /** The difference of the two exponents' biases, where a binary32 keeps its exponent. */
  private static final int BIAS_DIFFERENCE = (127 - 15) << 23;

  /**
   * 65520, halfway between the largest finite FP16 and what would follow: from here on, infinity.
   */
  private static final int ROUNDS_TO_INFINITY = 0x477FF000;

  /** 2⁻¹⁴, the smallest normal FP16. */
  private static final int SMALLEST_NORMAL = 0x38800000;

  private Float16() {}

  /** The FP16 nearest to the value, ties to even; beyond 65504 an infinity, NaN stays NaN. */
  public static short fromFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & SIGN;
    int magnitude = bits & 0x7FFFFFFF;
    if (magnitude > 0x7F800000) {
      return (short) (sign | QUIET_NAN | ((magnitude >>> DROPPED_BITS) & 0x1FF));
    }
    if (magnitude >= ROUNDS_TO_INFINITY) {
      return (short) (sign | INFINITY);
    }
    if (magnitude >= SMALLEST_NORMAL) {
      int toEven = (magnitude >>> DROPPED_BITS) & 1;
      // A carry out of the fraction goes on into the exponent, where it belongs.
      return (short) (sign | ((magnitude - BIAS_DIFFERENCE + 0xFFF + toEven) >>> DROPPED_BITS));
    }
    // A subnormal counts in units of 2⁻²⁴; the product is exact.
    return (short) (sign | (int) Math.rint(Float.intBitsToFloat(magnitude) * 0x1p24f));
  }

  /** The FP16 nearest to the value, rounded once. */
  public static short fromDouble(double value) {
    return fromFloat(RoundToOdd.toFloat(value));
  }

  /** The value of these bits, exactly. */
  public static float toFloat(short bits) {
    int sign = (bits & SIGN) << 16;
    int exponent = bits & INFINITY;
    int fraction = bits & 0x3FF;
    if (exponent == INFINITY) {
      return Float.intBitsToFloat(sign | 0x7F800000 | (fraction << DROPPED_BITS));
    }
    if (exponent == 0) {
      return Float.intBitsToFloat(sign | Float.floatToRawIntBits(fraction * 0x1p-24f));
    }
    return Float.intBitsToFloat(sign | (((exponent | fraction) << DROPPED_BITS) + BIAS_DIFFERENCE));
  }
}

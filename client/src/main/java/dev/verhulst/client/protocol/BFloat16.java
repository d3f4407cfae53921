package dev.verhulst.client.protocol;

/**
 * Conversions to and from BF16, bfloat16: the upper half of a binary32. A {@code short} carries the
 * bits.
 */
public final class BFloat16 {

  private static final int QUIET_NAN_BIT = 0x40;

  private BFloat16() {}

  /**
   * The BF16 nearest to the value, ties to even; beyond the largest finite one an infinity, NaN
   * stays NaN.
   */
  public static short fromFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | QUIET_NAN_BIT);
    }
    int toEven = (bits >>> 16) & 1;
    return (short) ((bits + 0x7FFF + toEven) >>> 16);
  }

  /** The BF16 nearest to the value, rounded once. */
  public static short fromDouble(double value) {
    return fromFloat(RoundToOdd.toFloat(value));
  }

  /** The value of these bits, exactly. */
  public static float toFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }
}

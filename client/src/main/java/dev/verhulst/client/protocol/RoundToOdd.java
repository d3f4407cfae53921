package dev.verhulst.client.protocol;

/**
 * Narrowing a double to a float by truncation, with the last bit set where something was cut off.
 * Rounding the result to nearest even at a lower precision gives what rounding the double itself
 * would: no double rounding (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums:
 * proved algorithms using rounding to odd", 2008).
 */
final class RoundToOdd {

  private RoundToOdd() {}

  static float toFloat(double value) {
    float nearest = (float) value;
    if (nearest == value || Double.isNaN(value)) {
      return nearest;
    }
    int bits = Float.floatToRawIntBits(nearest);
    boolean awayFromZero = Math.abs((double) nearest) > Math.abs(value);
    return Float.intBitsToFloat((awayFromZero ? bits - 1 : bits) | 1);
  }
}

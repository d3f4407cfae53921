package dev.verhulst.service.rest;

/**
 * Decimals whose digits fit a long, as doubles. The product with a power of ten to 63 bits leaves
 * the nearest double in no doubt for all but about one in a hundred (the idea is that of Michael
 * Eisel and Daniel Lemire, "Number parsing at a gigabyte per second", 2021).
 */
final class LongDecimal {

  private static final int SMALLEST_SCALE = -292;
  private static final int LARGEST_SCALE = 308;
  private static final int FRACTION_BITS = Double.PRECISION - 1;

  /** By how much the upper half of the product may be off, and one more. */
  private static final long DOUBT = 3;

  private LongDecimal() {}

  /**
   * The double nearest to {@code significand · 10^scale}; NaN where this leaves a doubt, or the
   * double would not be a normal one.
   *
   * @param significand not negative
   */
  static double toDouble(long significand, int scale) {
    if (significand == 0 || scale < SMALLEST_SCALE || scale > LARGEST_SCALE) {
      return Double.NaN;
    }
    int normalization = Long.numberOfLeadingZeros(significand) - 1;
    // The power of ten lies within 1 of this, and the product within 1 of its upper half.
    long upper = Math.multiplyHigh(significand << normalization, PowersOfTen.upper(-scale));
    int excess = Long.SIZE - Long.numberOfLeadingZeros(upper) - Double.PRECISION;
    long half = 1L << (excess - 1);
    if (Math.abs((upper & (2 * half - 1)) - half) <= DOUBT) {
      return Double.NaN;
    }
    long rounded = (upper + half) >>> excess;
    int exponent =
        excess + 2 + PowersOfTen.floorLog2OfPowerOfTen(scale) - normalization + FRACTION_BITS;
    if (exponent < Double.MIN_EXPONENT || exponent >= Double.MAX_EXPONENT) {
      return Double.NaN;
    }
    // Where rounding has carried into the next power of two, so does this sum.
    return Double.longBitsToDouble(
        ((long) (exponent - Double.MIN_EXPONENT + 1) << FRACTION_BITS)
            + (rounded - (1L << FRACTION_BITS)));
  }
}

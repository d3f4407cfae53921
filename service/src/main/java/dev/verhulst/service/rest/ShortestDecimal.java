package dev.verhulst.service.rest;

import dev.verhulst.kernels.DataType;

/**
 * The shortest decimal that reads back, rounded to nearest, as the very value, of two digits at
 * least; among those of that length, the closest. For FP32 and FP64 these are the digits of {@link
 * Float#toString(float)} and {@link Double#toString(double)}, found without allocating anything
 * (Raffaello Giulietti, "The Schubfach way to render doubles", 2020; this is its section 9). Not
 * thread-safe; reusable.
 */
final class ShortestDecimal {

  private long digits;
  private int exponent;

  /** The decimal's digits, as an integer; trailing zeros are possible. */
  long digits() {
    return digits;
  }

  /** The power of ten that {@link #digits()} is multiplied by. */
  int exponent() {
    return exponent;
  }

  /**
   * Sets the decimal of a finite, positive value of FP16, BF16 or FP32.
   *
   * @param bits the value's bits, without the sign
   */
  void ofNarrow(DataType dataType, int bits) {
    int fractionBits =
        switch (dataType) {
          case FP16 -> 10;
          case BF16 -> 7;
          case FP32, FP64 -> 23;
        };
    int tiny =
        switch (dataType) {
          case FP16, BF16 -> 2;
          case FP32, FP64 -> 8;
        };
    int bias = dataType == DataType.FP16 ? 15 : 127;
    int fraction = bits & ((1 << fractionBits) - 1);
    int biased = bits >>> fractionBits;
    int smallestScale = 1 - bias - fractionBits;
    if (biased > 0) {
      narrow(
          smallestScale + biased - 1,
          fraction | 1 << fractionBits,
          fraction != 0 || biased == 1,
          0);
    } else if (fraction < tiny) {
      // Too small for a second digit of this scale: taken tenfold, and a tenth of it written.
      narrow(smallestScale, 10 * fraction, true, -1);
    } else {
      narrow(smallestScale, fraction, true, 0);
    }
  }

  /**
   * Sets the decimal of a finite, positive FP64.
   *
   * @param bits the value's bits
   */
  void ofDouble(long bits) {
    long fraction = bits & ((1L << 52) - 1);
    int biased = (int) (bits >>> 52);
    if (biased > 0) {
      wide(biased - 1075, fraction | 1L << 52, fraction != 0 || biased == 1, 0);
    } else if (fraction < 3) {
      wide(-1074, 10 * fraction, true, -1);
    } else {
      wide(-1074, fraction, true, 0);
    }
  }

  /**
   * The decimal of c · 2^q, for c below 2²⁴: the products of the paper's section 9.9, four times
   * the value and the ends of its rounding interval, in units of 10ᵏ, with a sticky last bit.
   *
   * @param regular whether the next smaller value is as far as the next larger one
   * @param shift what to add to the decimal's exponent
   */
  private void narrow(int q, int c, boolean regular, int shift) {
    int odd = c & 1;
    long middle = (long) c << 2;
    long right = middle + 2;
    long left = regular ? middle - 2 : middle - 1;
    int k =
        regular ? PowersOfTen.floorLog10OfPowerOfTwo(q) : PowersOfTen.floorLog10OfThreeQuarters(q);
    int h = q + PowersOfTen.floorLog2OfPowerOfTen(-k) + 33;
    long g = PowersOfTen.upper(k) + 1;
    long v = roundedToOdd(g, middle << h);
    long lowest = roundedToOdd(g, left << h) + odd;
    long highest = roundedToOdd(g, right << h) - odd;
    choose(v, lowest, highest, k, shift);
  }

  /** The decimal of c · 2^q, for c below 2⁵³. */
  private void wide(int q, long c, boolean regular, int shift) {
    long odd = c & 1;
    long middle = c << 2;
    long right = middle + 2;
    long left = regular ? middle - 2 : middle - 1;
    int k =
        regular ? PowersOfTen.floorLog10OfPowerOfTwo(q) : PowersOfTen.floorLog10OfThreeQuarters(q);
    int h = q + PowersOfTen.floorLog2OfPowerOfTen(-k) + 2;
    long g1 = PowersOfTen.upper(k);
    long g0 = PowersOfTen.lower(k);
    long v = roundedToOdd(g1, g0, middle << h);
    long lowest = roundedToOdd(g1, g0, left << h) + odd;
    long highest = roundedToOdd(g1, g0, right << h) - odd;
    choose(v, lowest, highest, k, shift);
  }

  /**
   * Chooses between the neighbours of v / 4: first with a digit less, then with every digit.
   *
   * @param lowest four times the least number that reads back as the value
   * @param highest four times the largest one
   */
  private void choose(long v, long lowest, long highest, int k, int shift) {
    long s = v >> 2;
    exponent = k + shift;
    if (s >= 100) {
      long below = s / 10 * 10;
      long above = below + 10;
      boolean belowIn = lowest <= below << 2;
      boolean aboveIn = above << 2 <= highest;
      if (belowIn != aboveIn) {
        digits = belowIn ? below : above;
        return;
      }
    }
    boolean belowIn = lowest <= s << 2;
    boolean aboveIn = (s + 1) << 2 <= highest;
    if (belowIn != aboveIn) {
      digits = belowIn ? s : s + 1;
      return;
    }
    long toMiddle = v - (s + s + 1 << 1);
    digits = toMiddle < 0 || (toMiddle == 0 && (s & 1) == 0) ? s : s + 1;
  }

  /** g · c / 2⁹⁵, rounded to odd. */
  private static long roundedToOdd(long g, long c) {
    long product = Math.multiplyHigh(g, c);
    long mask = (1L << 31) - 1;
    return product >>> 31 | (product & mask) + mask >>> 31;
  }

  /** (g1 · 2⁶³ + g0) · c / 2¹²⁷, rounded to odd. */
  private static long roundedToOdd(long g1, long g0, long c) {
    long mask = (1L << 63) - 1;
    long x1 = Math.multiplyHigh(g0, c);
    long y0 = g1 * c;
    long y1 = Math.multiplyHigh(g1, c);
    long z = (y0 >>> 1) + x1;
    return (y1 + (z >>> 63)) | (z & mask) + mask >>> 63;
  }
}

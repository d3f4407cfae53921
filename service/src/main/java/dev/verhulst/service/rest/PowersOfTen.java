package dev.verhulst.service.rest;

import java.math.BigInteger;

/**
 * Powers of ten in binary, to 126 bits: for each k, the g with 2¹²⁵ ≤ g &lt; 2¹²⁶ and g = ⌊10⁻ᵏ
 * 2⁻ʳ⌋ + 1 for an integer r, as Raffaello Giulietti's "The Schubfach way to render doubles" (2020)
 * tabulates them; and the logarithms that go with them.
 */
final class PowersOfTen {

  private static final int BITS = 126;
  private static final int HALF = 63;

  /** From the largest double to the smallest, and the smallest written in tenths. */
  private static final int SMALLEST_K = -324;

  private static final int LARGEST_K = 292;

  private static final long[] UPPER = new long[LARGEST_K - SMALLEST_K + 1];
  private static final long[] LOWER = new long[LARGEST_K - SMALLEST_K + 1];

  static {
    BigInteger lowerBits = BigInteger.ONE.shiftLeft(HALF).subtract(BigInteger.ONE);
    for (int k = SMALLEST_K; k <= LARGEST_K; k++) {
      BigInteger g = leadingBits(-k).add(BigInteger.ONE);
      UPPER[k - SMALLEST_K] = g.shiftRight(HALF).longValueExact();
      LOWER[k - SMALLEST_K] = g.and(lowerBits).longValueExact();
    }
  }

  private PowersOfTen() {}

  /** The upper 63 bits of g for 10⁻ᵏ. */
  static long upper(int k) {
    return UPPER[k - SMALLEST_K];
  }

  /** The lower 63 bits of g for 10⁻ᵏ. */
  static long lower(int k) {
    return LOWER[k - SMALLEST_K];
  }

  /** ⌊log₁₀ 2ᵉ⌋ for |e| ≤ 1100. */
  static int floorLog10OfPowerOfTwo(int e) {
    return (int) (e * 315_653L >> 20);
  }

  /** ⌊log₁₀ (3/4 · 2ᵉ)⌋ for |e| ≤ 1100. */
  static int floorLog10OfThreeQuarters(int e) {
    return (int) ((e * 5_171_655_946L - 2_146_431_151L) >> 34);
  }

  /** ⌊log₂ 10ᵉ⌋ for |e| ≤ 330. */
  static int floorLog2OfPowerOfTen(int e) {
    return (int) (e * 1_741_647L >> 19);
  }

  private static BigInteger leadingBits(int exponent) {
    BigInteger power = BigInteger.TEN.pow(Math.abs(exponent));
    if (exponent >= 0) {
      int excess = power.bitLength() - BITS;
      return excess >= 0 ? power.shiftRight(excess) : power.shiftLeft(-excess);
    }
    BigInteger quotient = BigInteger.ONE.shiftLeft(BITS + power.bitLength() - 1).divide(power);
    return quotient.bitLength() > BITS ? quotient.shiftRight(1) : quotient;
  }
}

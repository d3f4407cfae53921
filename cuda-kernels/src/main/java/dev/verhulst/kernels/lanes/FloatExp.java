package dev.verhulst.kernels.lanes;

import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.UMIN;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * The parts of the exponential function over FP32 lanes, for any species: e^x = 2^n e^r with n =
 * round(x / ln 2) and |r| ≤ ln(2) / 2 (Cody and Waite's reduction).
 *
 * <p>The parts stay apart so that a function can scale them: where it multiplies with 2^(n + k)
 * first and with 2^-k at last, a subnormal result is rounded once and is right.
 */
public final class FloatExp {

  /** The sign bit of a float. */
  public static final int SIGN = 0x80000000;

  private static final int BITS_OF_104 = 0x42d00000;

  private static final float LOG2_E = 0x1.715476p0f;

  /** ln 2 to 16 bits, so that its product with n is exact, and the rest. */
  private static final float LN2_HIGH = 0x1.62e4p-1f;

  private static final float LN2_LOW = 0x1.7f7d1cp-20f;

  /**
   * Added to a small number it leaves the nearest integer, plus 127, in the low bits of the sum.
   */
  private static final float SHIFT = 0x1.8p23f + 127;

  private FloatExp() {}

  /** -|x|, but at least {@code bound}, which is negative; NaN becomes the bound. */
  public static FloatVector minusMagnitude(FloatVector x, float bound) {
    return x.reinterpretAsInts()
        .or(SIGN)
        .lanewise(UMIN, Float.floatToRawIntBits(bound))
        .reinterpretAsFloats();
  }

  /** The negative x, but at least {@code bound}, which is negative; NaN becomes the bound. */
  public static FloatVector atLeast(FloatVector x, float bound) {
    return x.reinterpretAsInts()
        .lanewise(UMIN, Float.floatToRawIntBits(bound))
        .reinterpretAsFloats();
  }

  /** The positive a, but at most 104; NaN becomes 104. */
  private static FloatVector atMost104(FloatVector a) {
    return a.reinterpretAsInts().min(BITS_OF_104).reinterpretAsFloats();
  }

  /** n plus a constant, in a form that {@link #power} and {@link #integer} read. */
  public static FloatVector shifted(FloatVector x, float scale) {
    return x.lanewise(FMA, LOG2_E, SHIFT + scale);
  }

  /** 2^(n + scale) for n + scale from -126 to 127. */
  public static FloatVector power(FloatVector shifted) {
    return shifted.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
  }

  /** n, as a float. */
  public static FloatVector integer(FloatVector shifted, float scale) {
    return shifted.sub(SHIFT + scale);
  }

  /** x - n ln 2. */
  public static FloatVector rest(FloatVector x, FloatVector n) {
    FloatVector high = n.lanewise(FMA, -LN2_HIGH, x);
    return n.lanewise(FMA, -LN2_LOW, high);
  }

  /** x + low - n ln 2, for an x that is given as a sum. */
  public static FloatVector rest(FloatVector x, FloatVector low, FloatVector n) {
    FloatVector high = n.lanewise(FMA, -LN2_HIGH, x);
    return high.add(n.lanewise(FMA, -LN2_LOW, low));
  }

  /**
   * e^r for |r| ≤ ln(2) / 2, to 2⁻²⁸: the polynomial 1 + r + ... of degree 6 nearest to it
   * (Sollya's fpminimax).
   */
  public static FloatVector polynomial(FloatVector r) {
    FloatVector p = r.lanewise(FMA, 0x1.694ac4p-10f, 0x1.12398ep-7f);
    p = p.lanewise(FMA, r, 0x1.555a28p-5f);
    p = p.lanewise(FMA, r, 0x1.555492p-3f);
    p = p.lanewise(FMA, r, 0x1.fffffap-2f);
    p = p.lanewise(FMA, r, 1f);
    return p.lanewise(FMA, r, 1f);
  }

  /**
   * e^r - 1 for |r| ≤ ln(2) / 2, to 2⁻³¹ of itself: the polynomial r + r²/2 + ... of degree 7
   * nearest to it (Sollya's fpminimax).
   */
  public static FloatVector polynomialMinusOne(FloatVector r) {
    FloatVector p = r.lanewise(FMA, 0x1.9e0c3cp-13f, 0x1.6d4376p-10f);
    p = p.lanewise(FMA, r, 0x1.111306p-7f);
    p = p.lanewise(FMA, r, 0x1.5554fp-5f);
    p = p.lanewise(FMA, r, 0x1.555554p-3f);
    p = p.lanewise(FMA, r, 0.5f);
    return p.mul(r).fma(r, r);
  }

  /**
   * e^-a for a from 0 to 104, subnormal results included; NaN stays NaN. The polynomial is that of
   * {@link #polynomial} for -r, times 2⁻²⁴.
   */
  public static FloatVector expOfMinus(FloatVector a) {
    FloatVector shifted = a.lanewise(FMA, -LOG2_E, SHIFT + 24);
    FloatVector n = integer(shifted, 24);
    FloatVector r = n.lanewise(FMA, LN2_HIGH, a);
    r = n.lanewise(FMA, LN2_LOW, r);
    FloatVector p = r.lanewise(FMA, 0x1.694ac4p-34f, -0x1.12398ep-31f);
    p = p.lanewise(FMA, r, 0x1.555a28p-29f);
    p = p.lanewise(FMA, r, -0x1.555492p-27f);
    p = p.lanewise(FMA, r, 0x1.fffffap-26f);
    p = p.lanewise(FMA, r, -0x1p-24f);
    p = p.lanewise(FMA, r, 0x1p-24f);
    return p.mul(power(shifted));
  }

  /** e^-|x| to 2⁻²¹, subnormal results included; of NaN any number. */
  public static FloatVector shortExpOfMinusMagnitude(FloatVector x) {
    return FloatTables.USABLE
        ? FloatTables.shortExp(minusMagnitude(x, -104))
        : shortExpOfMinus(atMost104(x.abs()));
  }

  /** {@link #expOfMinus} with a degree less and one constant for ln 2. */
  private static FloatVector shortExpOfMinus(FloatVector a) {
    FloatVector shifted = a.lanewise(FMA, -LOG2_E, SHIFT + 24);
    FloatVector r = integer(shifted, 24).lanewise(FMA, 0x1.62e43p-1f, a);
    FloatVector p = r.lanewise(FMA, -0x1.0fe5c8p-31f, 0x1.575eeep-29f);
    p = p.lanewise(FMA, r, -0x1.555a18p-27f);
    p = p.lanewise(FMA, r, 0x1.fffd1ap-26f);
    p = p.lanewise(FMA, r, -0x1.fffff6p-25f);
    p = p.lanewise(FMA, r, 0x1.000002p-24f);
    return p.mul(power(shifted));
  }

  /**
   * e^(x - y) for x not above y, subnormal results included; NaN stays NaN. What rounding takes
   * from the difference counts.
   */
  public static FloatVector expOfDifference(FloatVector x, float y) {
    FloatVector m = x.sub(y);
    FloatVector back = m.sub(x);
    FloatVector low = x.sub(m.sub(back)).sub(back.add(y));
    VectorMask<Float> vanishes = m.compare(LT, -104);
    m = m.blend(-104, vanishes);
    FloatVector shifted = shifted(m, 64);
    FloatVector r = rest(m, low.blend(0, vanishes), integer(shifted, 64));
    return polynomialMinusOne(r).add(1).mul(power(shifted)).mul(0x1p-64f);
  }
}

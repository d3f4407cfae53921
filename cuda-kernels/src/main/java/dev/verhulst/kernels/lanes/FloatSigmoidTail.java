package dev.verhulst.kernels.lanes;

import static jdk.incubator.vector.VectorOperators.FMA;

import jdk.incubator.vector.FloatVector;

/**
 * w σ(m) over FP32 lanes, for any species, where m is not above 0: what is missing to w in a
 * function of the form w σ(x), with its relative accuracy kept in the tail.
 *
 * <p>With e^m = a (1 + q), a = 2^n and n at most -1, it is a w (1 + (q - e) / (1 + e)): the
 * quotient is small against 1, so that its own roundings count little.
 */
public final class FloatSigmoidTail {

  /** What a result has to be multiplied with. */
  public static final float SCALE = 0x1p-64f;

  private static final float SHIFT = 0x1.8p23f + 127 + 64;

  private FloatSigmoidTail() {}

  /** n + 64, in the form of {@link FloatExp#shifted}. */
  public static FloatVector shifted(FloatVector m) {
    return FloatExp.shifted(m, 64)
        .reinterpretAsInts()
        .min(Float.floatToRawIntBits(SHIFT - 1))
        .reinterpretAsFloats();
  }

  /**
   * w σ(m) / {@link #SCALE}.
   *
   * @param shifted from {@link #shifted}, for an m from -128 to 0
   * @param r m - n ln 2, from -0.35 to 0.7
   */
  public static FloatVector value(FloatVector w, FloatVector shifted, FloatVector r) {
    FloatVector power = FloatExp.power(shifted);
    FloatVector a = power.mul(SCALE);
    FloatVector minusA = a.neg();
    FloatVector q = polynomialMinusOne(r);
    // q - e and 1 + e in one rounding each: 1 - a and 1 + a are exact where they matter.
    FloatVector numerator = q.fma(minusA.add(1), minusA);
    FloatVector denominator = q.fma(a, a.add(1));
    return numerator.div(denominator).fma(w, w).mul(power);
  }

  /** e^r - 1 to 2⁻²⁹: the nearest polynomial r + ... of degree 7 (Sollya's fpminimax). */
  private static FloatVector polynomialMinusOne(FloatVector r) {
    FloatVector p = r.lanewise(FMA, 0x1.f0605cp-13f, 0x1.69a36ap-10f);
    p = p.lanewise(FMA, r, 0x1.10da96p-7f);
    p = p.lanewise(FMA, r, 0x1.555a02p-5f);
    p = p.lanewise(FMA, r, 0x1.55557ap-3f);
    p = p.lanewise(FMA, r, 0x1.fffffap-2f);
    return p.mul(r).fma(r, r);
  }
}

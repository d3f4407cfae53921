package dev.verhulst.kernels.lanes;

import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.UMIN;

import jdk.incubator.vector.FloatVector;

/** The logistic sigmoid over FP32 lanes, for any species. */
public final class FloatSigmoid {

  private static final int BITS_OF_60 = 0x42700000;
  private static final int BITS_OF_MINUS_104 = 0xc2d00000;

  /** Leaves -n - 24 + 127 in the low bits of a sum. */
  private static final float SHIFT = 0x1.8p23f + 103;

  private static final float C = 0x1.7bee4ep-24f;

  /** {@link FloatTables#POWERS}, but of -2^(j/16) c. */
  public static final int[] MINUS_POWERS = FloatTables.powers(16, -C);

  private FloatSigmoid() {}

  /** σ(x), within 2 ulp, subnormal results included. */
  public static FloatVector value(FloatVector x) {
    return FloatTables.USABLE ? byTable(x) : byPolynomial(x);
  }

  /**
   * σ(x) = c / (c + c e^-x), e^-x as in {@link FloatTables#exp}, but negative, which saves a
   * negation. The factor c is near 2⁻²⁴, for the sake of subnormal results; it and the polynomial's
   * last bits were searched for the least error over all inputs.
   */
  private static FloatVector byTable(FloatVector x) {
    FloatVector bounded = bounded(x);
    FloatVector shifted = bounded.lanewise(FMA, -0x1.715476p4f, FloatTables.SHIFT);
    FloatVector n = shifted.sub(FloatTables.SHIFT);
    FloatVector high = n.lanewise(FMA, 0x1.62e43p-5f, bounded);
    FloatVector r = n.lanewise(FMA, -0x1.05c61p-33f, high);
    FloatVector q = high.lanewise(FMA, 0x1.5529a4p-3f, -0x1.000018p-1f);
    FloatVector power = FloatTables.power(shifted, MINUS_POWERS);
    FloatVector c = x.broadcast(C);
    FloatVector y = c.div(high.mul(high).fma(q, r).fma(power, c.sub(power)));
    return y.blend(x, x.compare(NE, x));
  }

  /**
   * σ(x) = p / (p + 2^-n) with e^x = p 2^n, every factor scaled by 2⁻²⁴, so that subnormal results
   * are right, and by c = 1.494, which keeps the mantissas of both sums away from 1, where rounding
   * costs most: within 2 ulp instead of 2.4. The polynomial c (1 + r + ...) of degree 6 is Sollya's
   * (fpminimax), to 2⁻²⁸; its last bits and c were then searched for the least error over all
   * inputs.
   */
  private static FloatVector byPolynomial(FloatVector x) {
    FloatVector bounded = bounded(x);
    FloatVector shifted = bounded.lanewise(FMA, -0x1.715476p0f, SHIFT);
    FloatVector power = shifted.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
    FloatVector n = shifted.sub(SHIFT);
    FloatVector r = n.lanewise(FMA, 0x1.62e4p-1f, bounded);
    r = n.lanewise(FMA, 0x1.7f7d1cp-20f, r);
    FloatVector p = r.lanewise(FMA, 0x1.0e1dc2p-33f, 0x1.99a30ap-31f);
    p = p.lanewise(FMA, r, 0x1.fde84p-29f);
    p = p.lanewise(FMA, r, 0x1.fde04p-27f);
    p = p.lanewise(FMA, r, 0x1.7e6904p-25f);
    p = p.lanewise(FMA, r, 0x1.7e6906p-24f);
    p = p.lanewise(FMA, r, 0x1.7e6906p-24f);
    FloatVector y = p.div(power.lanewise(FMA, 0x1.7e6906p0f, p));
    return y.blend(x, x.compare(NE, x));
  }

  /** x, but within [-104, 60]; NaN becomes one of the bounds. */
  private static FloatVector bounded(FloatVector x) {
    return x.reinterpretAsInts()
        .min(BITS_OF_60)
        .lanewise(UMIN, BITS_OF_MINUS_104)
        .reinterpretAsFloats();
  }

  /** σ'(x) = e / (1 + e)² with e = e^-|x|: within 4 ulp, tails included. */
  public static FloatVector derivative(FloatVector x) {
    FloatVector m = FloatExp.minusMagnitude(x, -104);
    float scale = FloatTables.USABLE ? FloatTables.SCALE : 0x1p-64f;
    FloatVector e = FloatTables.USABLE ? FloatTables.exp(m) : scaledExp(m);
    FloatVector d = e.lanewise(FMA, scale, 1f);
    FloatVector y = e.div(d.mul(d)).mul(scale);
    return y.blend(x, x.compare(NE, x));
  }

  /** e^m 2⁶⁴. */
  private static FloatVector scaledExp(FloatVector m) {
    FloatVector shifted = FloatExp.shifted(m, 64);
    FloatVector r = FloatExp.rest(m, FloatExp.integer(shifted, 64));
    return FloatExp.polynomial(r).mul(FloatExp.power(shifted));
  }
}

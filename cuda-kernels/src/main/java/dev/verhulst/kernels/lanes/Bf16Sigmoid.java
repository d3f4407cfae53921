package dev.verhulst.kernels.lanes;

import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.UMIN;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * The logistic sigmoid over BF16 lanes, for any species, with as few terms as a result of 8 bits
 * allows.
 */
public final class Bf16Sigmoid {

  private static final short BITS_OF_60 = 0x4270;
  private static final short BITS_OF_MINUS_104 = (short) 0xc2d0;

  /** How many numbers lie beyond infinity, which are all NaN. */
  private static final short NANS = 0x7f;

  /** Leaves n - 24 + 127 in the low bits of a sum. */
  private static final float SHIFT = 0x1.8p23f + 103;

  private Bf16Sigmoid() {}

  /** σ(x), the number nearest to it. */
  public static IntVector value(IntVector pairs) {
    IntVector x = bounded(pairs);
    return Bf16Pairs.pairsHalfUp(value(Bf16Pairs.even(x)), value(Bf16Pairs.odd(x)));
  }

  /**
   * x, but within [-104, 60]; NaN stays NaN. In the sum what was NaN and positive is among the
   * least numbers, and what was NaN and negative among those nearest to 0, where no bound applies.
   */
  private static IntVector bounded(IntVector pairs) {
    return pairs
        .reinterpretAsShorts()
        .add(NANS)
        .min((short) (BITS_OF_60 + NANS))
        .lanewise(UMIN, (short) (BITS_OF_MINUS_104 + NANS))
        .sub(NANS)
        .reinterpretAsInts();
  }

  /**
   * σ(x) = c / (c + c e^-x) with e^-x = 2^n p(r), n = round(-x / ln 2) and r = x + n ln 2. c is
   * near 2⁻²⁴, for the sake of subnormal results. It and the coefficients of p, of degree 4, were
   * searched until all 65,536 inputs were rounded to the nearest number.
   */
  private static FloatVector value(FloatVector x) {
    FloatVector shifted = x.lanewise(FMA, -0x1.715476p0f, SHIFT);
    FloatVector r = shifted.sub(SHIFT).lanewise(FMA, 0x1.62e43p-1f, x);
    FloatVector p = r.lanewise(FMA, 0x1.736e8p-5f, -0x1.789d7cp-3f);
    p = p.lanewise(FMA, r, 0x1.18683cp-1f);
    p = p.lanewise(FMA, r, -0x1.1860a6p0f);
    p = p.lanewise(FMA, r, 0x1.186422p0f);
    FloatVector power = shifted.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
    FloatVector c = x.broadcast(0x1.186426p-24f);
    return c.div(p.fma(power, c));
  }
}

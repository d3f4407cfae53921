package dev.verhulst.kernels.lanes;

import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.UMIN;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;

/**
 * The logistic sigmoid over FP16 lanes, for any species, with as few terms as a result of 11 bits
 * allows.
 */
public final class Fp16Sigmoid {

  private static final short BITS_OF_12 = 0x4a00;
  private static final short BITS_OF_MINUS_20 = (short) 0xcd00;
  private static final short BITS_OF_INFINITY = 0x7c00;

  /** Leaves n + 127 in the low bits of a sum. */
  private static final float SHIFT = 0x1.8p23f + 127;

  private Fp16Sigmoid() {}

  /** σ(x), the number nearest to it. */
  public static IntVector value(IntVector pairs) {
    ShortVector x = pairs.reinterpretAsShorts();
    IntVector bounded = x.min(BITS_OF_12).lanewise(UMIN, BITS_OF_MINUS_20).reinterpretAsInts();
    IntVector y =
        Fp16Pairs.pairsHalfUp(value(Fp16Pairs.even(bounded)), value(Fp16Pairs.odd(bounded)));
    VectorMask<Short> isNan = x.and(Short.MAX_VALUE).compare(GT, BITS_OF_INFINITY);
    return y.reinterpretAsShorts().blend(x, isNan).reinterpretAsInts();
  }

  /**
   * σ(x) = c / (c + c e^-x) with e^-x = 2^n p(r), n = round(-x / ln 2) and r = x + n ln 2. c and
   * the coefficients of p, of degree 5, were searched until all 65,536 inputs were rounded to the
   * nearest number.
   */
  private static FloatVector value(FloatVector x) {
    FloatVector shifted = x.lanewise(FMA, -0x1.715476p0f, SHIFT);
    FloatVector r = shifted.sub(SHIFT).lanewise(FMA, 0x1.62e43p-1f, x);
    FloatVector p = r.lanewise(FMA, -0x1.8133aap-7f, 0x1.00538cp-4f);
    p = p.lanewise(FMA, r, -0x1.ff55bap-3f);
    p = p.lanewise(FMA, r, 0x1.7f5f78p-1f);
    p = p.lanewise(FMA, r, -0x1.7f5f3ep0f);
    p = p.lanewise(FMA, r, 0x1.7f5f72p0f);
    FloatVector power = shifted.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
    FloatVector c = x.broadcast(0x1.7f5f7p0f);
    return c.div(p.fma(power, c));
  }
}

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

  /** By how much a scaled input has to be multiplied for e^-x = 2^(t/16). */
  private static final float T_PER_INPUT = -0x1.715476p4f / Fp16Pairs.INPUT_SCALE;

  /** Leaves n + 127 in the low bits of a sum. */
  private static final float SHIFT = FloatTables.SHIFT + 127;

  /** The bits of 2^(j/16) and the polynomial's factor, less the j that an index's shift adds. */
  public static final int[] POWERS = {
    0x3a87c1eb,
    0x3a85c486,
    0x3a840b5f,
    0x3a829952,
    0x3a817196,
    0x3a809760,
    0x3a800e34,
    0x3a7fd991,
    0x3a7ffd7b,
    0x3a807d6f,
    0x3a815dda,
    0x3a82a2ca,
    0x3a8450d2,
    0x3a866c92,
    0x3a88faf3,
    0x3a8a007a
  };

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

  /** The scaled σ(x) of a scaled x. */
  private static FloatVector value(FloatVector x) {
    return FloatTables.USABLE ? byTable(x) : byPolynomial(x);
  }

  /**
   * σ(x) = c / (c + c e^-x) with e^-x = 2^(t/16), n = round(t): 2^(n/16) comes from a table, and
   * what is left over is a polynomial of degree 2. Its square is completed, which saves one
   * operation: with u = t - n + 23 it is a multiple of u² + b. c, b and the table's entries were
   * searched until all 65,536 inputs were rounded to the nearest number.
   */
  private static FloatVector byTable(FloatVector x) {
    FloatVector shifted = x.lanewise(FMA, T_PER_INPUT, FloatTables.SHIFT);
    FloatVector u = x.broadcast(FloatTables.SHIFT + 23).sub(shifted);
    u = x.lanewise(FMA, T_PER_INPUT, u);
    FloatVector p = u.fma(u, x.broadcast(0x1.0a6c1p9f));
    FloatVector power = FloatTables.power(shifted, POWERS);
    FloatVector c = x.broadcast(0x1.198ca8p0f * Fp16Pairs.OUTPUT_SCALE);
    return c.div(p.fma(power, x.broadcast(0x1.198caap0f)));
  }

  /**
   * The same without a table: e^-x = 2^n p(f), with f = t/16 - n from -1/2 to 1/2, and p of degree
   * 5.
   */
  private static FloatVector byPolynomial(FloatVector x) {
    FloatVector shifted = x.lanewise(FMA, T_PER_INPUT / 16, SHIFT);
    FloatVector f = x.lanewise(FMA, T_PER_INPUT / 16, x.broadcast(SHIFT).sub(shifted));
    FloatVector p = f.lanewise(FMA, 0x1.084c24p-9f, 0x1.dc44c4p-7f);
    p = p.lanewise(FMA, f, 0x1.55c97ap-4f);
    p = p.lanewise(FMA, f, 0x1.71d2aep-2f);
    p = p.lanewise(FMA, f, 0x1.0ac64p0f);
    p = p.lanewise(FMA, f, 0x1.80dfcep0f);
    FloatVector power = shifted.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
    FloatVector c = x.broadcast(0x1.80dfccp0f * Fp16Pairs.OUTPUT_SCALE);
    return c.div(p.fma(power, x.broadcast(0x1.80dfccp0f)));
  }
}

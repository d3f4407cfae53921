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

  private static final float LOG2_E = 0x1.715476p0f;

  /** What a scaled input has to be multiplied with for 32 x / ln 2, negative. */
  private static final float FACTOR = -0x1.715478p5f / Fp16Pairs.INPUT_SCALE;

  /** Leaves n + 127 in the low bits of a sum. */
  private static final float SHIFT = FloatTables.SHIFT + 127;

  /** The bits of 2^(j/32) / (u² + b) c where u is 46, less the j that an index's shift adds. */
  public static final int[] POWERS = {
    0x39b94721,
    0x39b955b6,
    0x39b97b1b,
    0x39b9b7b2,
    0x39ba0c07,
    0x39ba78a5,
    0x39bafe0c,
    0x39bb9ccd,
    0x39bc5576,
    0x39bd2891,
    0x39be16bf,
    0x39bf208c,
    0x39c04698,
    0x39c1897b,
    0x39c2e9e6,
    0x39c43438,
    0x39c302e3,
    0x39c1e14b,
    0x39c0cfc8,
    0x39bfceb4,
    0x39bede6b,
    0x39bdff4b,
    0x39bd31b4,
    0x39bc760a,
    0x39bbccaf,
    0x39bb360c,
    0x39bab288,
    0x39ba428f,
    0x39b9e68f,
    0x39b99ef7,
    0x39b96c3a,
    0x39b94ecc
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
   * σ(x) = c / (c + c e^-x) with e^-x as in {@link FloatTables#shortExp}. c, b, the factor and the
   * table's entries were searched until all 65,536 inputs were rounded to the nearest number.
   */
  private static FloatVector byTable(FloatVector x) {
    FloatVector shifted = x.lanewise(FMA, FACTOR, FloatTables.SHIFT);
    FloatVector u = x.broadcast(FloatTables.SHIFT + 46).sub(shifted);
    u = x.lanewise(FMA, FACTOR, u);
    FloatVector p = u.fma(u, x.broadcast(0x1.0a6a96p11f));
    FloatVector power = FloatTables.shortPower(shifted, POWERS);
    FloatVector c = x.broadcast(0x1.803f0ep0f * Fp16Pairs.OUTPUT_SCALE);
    return c.div(p.fma(power, x.broadcast(0x1.803f14p0f)));
  }

  /**
   * The same without a table: e^-x = 2^n p(f), with f = -x / ln 2 - n from -1/2 to 1/2, and p of
   * degree 5.
   */
  private static FloatVector byPolynomial(FloatVector x) {
    FloatVector shifted = x.lanewise(FMA, -LOG2_E / Fp16Pairs.INPUT_SCALE, SHIFT);
    FloatVector f =
        x.lanewise(FMA, -LOG2_E / Fp16Pairs.INPUT_SCALE, x.broadcast(SHIFT).sub(shifted));
    FloatVector p = f.lanewise(FMA, 0x1.0790c8p-9f, 0x1.dbcd18p-7f);
    p = p.lanewise(FMA, f, 0x1.551fb8p-4f);
    p = p.lanewise(FMA, f, 0x1.711954p-2f);
    p = p.lanewise(FMA, f, 0x1.0a40b6p0f);
    p = p.lanewise(FMA, f, 0x1.801f1ep0f);
    FloatVector power = shifted.reinterpretAsInts().lanewise(LSHL, 23).reinterpretAsFloats();
    FloatVector c = x.broadcast(0x1.801f1cp0f * Fp16Pairs.OUTPUT_SCALE);
    return c.div(p.fma(power, x.broadcast(0x1.801f1cp0f)));
  }
}

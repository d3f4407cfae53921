package dev.verhulst.kernels.lanes;

import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.LSHL;

import jdk.incubator.vector.DoubleVector;

/** e^x - 1 over FP64 lanes, for any species, where x is not positive. */
public final class DoubleExpm1 {

  /** Below it e^x - 1 rounds to -1. */
  private static final double FLAT = -50;

  private DoubleExpm1() {}

  /** e^x - 1 for x ≤ 0 within 1 ulp; NaN stays NaN, and elsewhere the result is undefined. */
  public static DoubleVector expm1(DoubleVector x) {
    DoubleVector y = x.blend(FLAT, x.lt(FLAT));
    DoubleVector shifted = y.lanewise(FMA, DoubleExp.LOG2_E, DoubleExp.SHIFT);
    DoubleVector n = shifted.sub(DoubleExp.SHIFT);
    DoubleVector exact = n.lanewise(FMA, -DoubleExp.LN2_HIGH, y);
    DoubleVector r = n.lanewise(FMA, -DoubleExp.LN2_LOW, exact);
    DoubleVector rLow = n.lanewise(FMA, -DoubleExp.LN2_LOW, exact.sub(r));
    DoubleVector s =
        shifted
            .reinterpretAsLongs()
            .lanewise(LSHL, 52)
            .add(DoubleExp.ONE_BITS)
            .reinterpretAsDoubles();
    // (s - 1) + s r + s tail, with s = 2ⁿ, from the largest term to the smallest.
    DoubleVector first = s.sub(1);
    DoubleVector second = s.mul(r);
    DoubleVector sum = first.add(second);
    DoubleVector sumLow = first.sub(sum).add(second);
    return DoubleExp.tail(r).add(rLow).fma(s, sumLow).add(sum);
  }
}

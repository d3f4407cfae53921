package dev.verhulst.kernels.lanes;

import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;

import jdk.incubator.vector.DoubleVector;

/** The hyperbolic tangent over FP64 lanes, for any species. */
public final class DoubleTanh {

  /** From it on tanh(a / 2) rounds to 1. */
  private static final double FLAT = 50;

  private DoubleTanh() {}

  /** tanh(x). */
  public static DoubleVector tanh(DoubleVector x) {
    DoubleVector a = x.abs();
    return DoubleSign.of(x, ofHalf(a.add(a)));
  }

  /** The derivative of tanh, 4e / (1 + e)² with e = e^-2|x|. */
  public static DoubleVector derivative(DoubleVector x) {
    DoubleVector a = x.abs();
    DoubleVector e = DoubleExp.exp(a.add(a).neg());
    DoubleVector d = e.add(1);
    return e.mul(4).div(d.mul(d));
  }

  /**
   * tanh(a / 2) for a ≥ 0, as -t / (t + 2) with t = expm1(-a). Both are carried as sums of two
   * doubles, which leaves little more than the last rounding.
   */
  static DoubleVector ofHalf(DoubleVector a) {
    DoubleVector y = a.blend(FLAT, a.compare(GT, FLAT)).neg();
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

    // t = (s - 1) + s r + s tail, with s = 2ⁿ.
    DoubleVector first = s.sub(1);
    DoubleVector second = s.mul(r);
    DoubleVector sum = first.add(second);
    DoubleVector sumLow = first.sub(sum).add(second);
    sumLow = DoubleExp.tail(r).add(rLow).fma(s, sumLow);
    DoubleVector t = sum.add(sumLow);
    DoubleVector tLow = sum.sub(t).add(sumLow);

    DoubleVector d = t.add(2);
    DoubleVector dLow = t.sub(d.sub(2)).add(tLow);
    DoubleVector reciprocal = a.broadcast(1).div(d);
    DoubleVector quotient = t.mul(reciprocal);
    DoubleVector residual = quotient.neg().fma(d, t).add(quotient.neg().fma(dLow, tLow));
    return residual.fma(reciprocal, quotient).abs();
  }
}

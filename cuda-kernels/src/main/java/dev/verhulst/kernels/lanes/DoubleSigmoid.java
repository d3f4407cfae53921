package dev.verhulst.kernels.lanes;

import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;

/**
 * The logistic sigmoid over FP64 lanes, for any species. With e^x = p 2ⁿ it is p / (p + 2⁻ⁿ); the
 * numerator and the denominator are carried as sums of two doubles, which leaves little more than
 * the last rounding.
 */
public final class DoubleSigmoid {

  /** Below it x σ(x) rounds to 0. */
  private static final double SMALLEST = -765;

  /** Above it σ(x) rounds to 1. */
  private static final double LARGEST = 50;

  /** Below it a product with σ is formed before σ's scale is taken away. */
  private static final double TAIL = -100;

  private DoubleSigmoid() {}

  /** σ(x). */
  public static DoubleVector sigmoid(DoubleVector x) {
    return scaled(x, x.broadcast(0)).mul(DoubleExp.UNSCALE);
  }

  /**
   * factor · σ(x + low), to its last subnormal, for a low that x would lose to rounding. Where x is
   * below -765 it is a zero of the given sign.
   */
  public static DoubleVector times(
      DoubleVector factor, DoubleVector x, DoubleVector low, double zero) {
    VectorMask<Double> tail = x.lt(TAIL);
    DoubleVector sigmoid = scaled(x, low);
    sigmoid = sigmoid.mul(DoubleExp.UNSCALE).blend(sigmoid, tail);
    DoubleVector product = factor.mul(sigmoid);
    product = product.blend(product.mul(DoubleExp.UNSCALE), tail);
    return product.blend(zero, x.lt(SMALLEST));
  }

  /** The derivative of σ, e / (1 + e)² with e = e^-|x|. */
  public static DoubleVector derivative(DoubleVector x) {
    DoubleVector e = DoubleExp.exp(x.abs().neg());
    DoubleVector d = e.add(1);
    return e.div(d.mul(d));
  }

  /** The sigmoid linear unit, x σ(beta x). */
  public static DoubleVector silu(DoubleVector x, double beta) {
    DoubleVector finite = finite(x);
    DoubleVector u = finite.mul(beta);
    DoubleVector low = finite.lanewise(FMA, beta, u.neg());
    return times(x, u, low, Math.copySign(0.0, -beta));
  }

  /** The derivative of {@link #silu}, σ(u) + u σ(u) σ(-u) with u = beta x. */
  public static DoubleVector siluDerivative(DoubleVector x, double beta) {
    DoubleVector u = finite(x).mul(beta);
    DoubleVector sigmoid = sigmoid(u);
    DoubleVector slope = derivative(u);
    return sigmoid.add(u.mul(slope).blend(0, slope.eq(0)));
  }

  private static DoubleVector finite(DoubleVector x) {
    return x.blend(-Double.MAX_VALUE, x.lt(-Double.MAX_VALUE))
        .blend(Double.MAX_VALUE, x.compare(GT, Double.MAX_VALUE));
  }

  /** 2⁹⁰ σ(x + low), never subnormal. */
  private static DoubleVector scaled(DoubleVector x, DoubleVector low) {
    VectorMask<Double> small = x.lt(SMALLEST);
    VectorMask<Double> large = x.compare(GT, LARGEST);
    DoubleVector bounded = x.blend(SMALLEST, small).blend(LARGEST, large);
    DoubleVector shifted = bounded.lanewise(FMA, -DoubleExp.LOG2_E, DoubleExp.SHIFT);
    DoubleVector n = shifted.sub(DoubleExp.SHIFT);
    DoubleVector exact = n.lanewise(FMA, DoubleExp.LN2_HIGH, bounded);
    DoubleVector rest = n.lanewise(FMA, DoubleExp.LN2_LOW, low.blend(0, small.or(large)));
    DoubleVector r = exact.add(rest);
    DoubleVector rLow = exact.sub(r).add(rest);

    // p = 1 + r + tail; the denominator is p + 2⁻ⁿ, both times 2⁻⁹⁰.
    DoubleVector one = r.add(1);
    DoubleVector oneLow = r.sub(one.sub(1)).add(DoubleExp.tail(r).add(rLow));
    DoubleVector p = one.add(oneLow);
    DoubleVector pLow = one.sub(p).add(oneLow);
    DoubleVector s =
        shifted
            .reinterpretAsLongs()
            .lanewise(LSHL, 52)
            .add(DoubleExp.ONE_BITS - DoubleExp.SCALE_BITS)
            .reinterpretAsDoubles();
    DoubleVector scaledP = p.mul(DoubleExp.UNSCALE);
    DoubleVector d = scaledP.add(s);
    DoubleVector part = d.sub(scaledP);
    DoubleVector dLow = scaledP.sub(d.sub(part)).add(s.sub(part));
    dLow = pLow.lanewise(FMA, DoubleExp.UNSCALE, dLow);

    DoubleVector reciprocal = x.broadcast(1).div(d);
    DoubleVector quotient = p.mul(reciprocal);
    DoubleVector residual = quotient.neg().fma(d, p).add(quotient.neg().fma(dLow, pLow));
    return residual.fma(reciprocal, quotient);
  }
}

package dev.verhulst.kernels.lanes;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;

/**
 * The logit over FP64 lanes, for any species. With q = 1 - p and p / q = 2ᵏ p' / q, where p' is
 * near q, it is k ln 2 + 2 atanh(s) for s = (p' - q) / (p' + q): the difference is exact.
 */
public final class DoubleLogit {

  /** Makes the smallest subnormal normal. */
  private static final double SCALE = 0x1p54;

  private static final long SCALE_EXPONENT = 54;
  private static final long HALF_AN_EXPONENT = 1L << 51;
  private static final long BIAS = 1023;
  private static final long SHIFT_BITS = 0x4338000000000000L;

  private DoubleLogit() {}

  /** log(p / (1 - p)): -∞ at 0, ∞ at 1, NaN outside. */
  public static DoubleVector logit(DoubleVector p) {
    DoubleVector one = p.broadcast(1);
    DoubleVector q = one.sub(p);
    DoubleVector qLow = one.sub(q).sub(p);
    DoubleVector scaled = p.mul(SCALE);
    // The difference of the bits is about the logarithm of the quotient: within 0.09 of log2.
    LongVector k =
        scaled
            .reinterpretAsLongs()
            .sub(q.reinterpretAsLongs())
            .add(HALF_AN_EXPONENT)
            .lanewise(ASHR, 52);
    LongVector power = k.neg().add(BIAS).lanewise(LSHL, 52);
    DoubleVector near = scaled.mul(power.reinterpretAsDoubles());
    DoubleVector s = near.sub(q).sub(qLow).div(near.add(q));

    DoubleVector n = k.add(SHIFT_BITS - SCALE_EXPONENT).reinterpretAsDoubles().sub(DoubleExp.SHIFT);
    DoubleVector high = n.mul(DoubleExp.LN2_HIGH);
    DoubleVector low = DoubleLog1p.remainder(s.mul(s)).fma(s, n.mul(DoubleExp.LN2_LOW));
    DoubleVector twice = s.add(s);
    DoubleVector sum = high.add(twice);
    DoubleVector result = high.sub(sum).add(twice).add(low).add(sum);

    VectorMask<Double> outside = p.lt(0).or(q.lt(0));
    return result
        .blend(Double.NEGATIVE_INFINITY, p.eq(0))
        .blend(Double.POSITIVE_INFINITY, q.eq(0))
        .blend(Double.NaN, outside);
  }

  /** The same, p clamped to [eps, 1 - eps]; a NaN for eps clamps nothing. */
  public static DoubleVector logit(DoubleVector p, double eps) {
    VectorMask<Double> small = p.lt(eps);
    VectorMask<Double> large = p.neg().add(1).lt(eps);
    DoubleVector result = logit(p.blend(eps, small.or(large)));
    return result.blend(result.neg(), large);
  }

  /** The derivative of the logit, 1 / (p (1 - p)); 0 where p was clamped, NaN outside [0, 1]. */
  public static DoubleVector derivative(DoubleVector p, double eps) {
    DoubleVector q = p.neg().add(1);
    DoubleVector product = p.mul(q);
    DoubleVector derivative = p.broadcast(1).div(product.abs()).blend(Double.NaN, product.lt(0));
    return derivative.blend(0, p.lt(eps).or(q.lt(eps)));
  }
}

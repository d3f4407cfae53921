package dev.verhulst.kernels.activation;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.verhulst.kernels.lanes.DoubleLogit;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/** {@code log(p / (1 - p))} over SIMD lanes, without a clamp. */
public record LogitLanes() implements Lanes {

  /** √2 - 1, as bits: a mantissa is brought to [√2 - 1, 2 (√2 - 1)). */
  private static final int LOWEST_MANTISSA = 0x3ed413cd;

  private static final float LN2_HIGH = 0x1.62e4p-1f;
  private static final float LN2_LOW = 0x1.7f7d1cp-20f;

  @Override
  public FloatVector value(FloatVector x) {
    return logit(x);
  }

  @Override
  public FloatVector derivative(FloatVector x) {
    return slope(x);
  }

  /**
   * With q the smaller of p and 1 - p, q = 2^n u and w = 1 - q: log(q / w) = n ln 2 + 2 atanh((u -
   * w) / (u + w)), within 2 ulp. Around 1/2 n is 0, and u - w is exact with what rounding took from
   * w. The odd polynomial for 2 atanh on [-0.415, 0.415] is Sollya's (fpminimax), to 2⁻²⁸.
   */
  static FloatVector logit(FloatVector x) {
    VectorMask<Float> upper = x.compare(GT, 0.5f);
    FloatVector other = x.neg().add(1);
    FloatVector q = x.blend(other, upper);
    FloatVector w = other.blend(x, upper);
    FloatVector wLow = w.neg().add(1).sub(q);

    VectorMask<Float> subnormal = q.compare(LT, Float.MIN_NORMAL);
    IntVector bits = q.blend(q.mul(0x1p24f), subnormal).reinterpretAsInts();
    IntVector exponent = bits.sub(LOWEST_MANTISSA).lanewise(ASHR, 23);
    FloatVector u = bits.sub(exponent.lanewise(LSHL, 23)).reinterpretAsFloats();
    FloatVector n = (FloatVector) exponent.convert(I2F, 0);
    n = n.blend(n.sub(24), subnormal);

    FloatVector s = u.sub(w).sub(wLow).div(u.add(w));
    FloatVector z = s.mul(s);
    FloatVector p = z.lanewise(FMA, 0x1.2758cp-2f, 0x1.999d2p-3f);
    p = p.lanewise(FMA, z, 0x1.26a02ep-2f);
    p = p.lanewise(FMA, z, 0x1.998538p-2f);
    p = p.lanewise(FMA, z, 0x1.555576p-1f);
    FloatVector y = p.mul(z).fma(s, n.mul(LN2_LOW)).add(s.add(s)).add(n.mul(LN2_HIGH));

    y = y.blend(Float.NEGATIVE_INFINITY, q.compare(EQ, 0));
    y = y.blend(y.neg(), upper);
    return y.broadcast(Float.NaN).blend(y, q.compare(GE, 0));
  }

  /** 1 / (p (1 - p)); NaN outside [0, 1]. */
  static FloatVector slope(FloatVector x) {
    FloatVector product = x.mul(x.neg().add(1));
    return x.broadcast(Float.NaN).blend(x.broadcast(1).div(product.abs()), product.compare(GE, 0));
  }

  @Override
  public DoubleVector value(DoubleVector x) {
    return DoubleLogit.logit(x, Double.NaN);
  }

  @Override
  public DoubleVector derivative(DoubleVector x) {
    return DoubleLogit.derivative(x, Double.NaN);
  }
}

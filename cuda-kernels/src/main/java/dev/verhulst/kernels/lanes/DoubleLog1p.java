package dev.verhulst.kernels.lanes;

import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GT;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;

/**
 * log(1 + u) over FP64 lanes, for any species, where u is in [0, 1]: what {@code softplus} and the
 * cross-entropy of logits need.
 *
 * <p>Above √2 - 1 it is ln 2 + log1p((u - 1) / 2), whose argument is exact. With s = f / (2 + f),
 * log1p(f) = 2 atanh(s) = f - (f²/2 - s (f²/2 + R(s²))), the form of fdlibm: an error of s counts
 * in the second order only.
 */
public final class DoubleLog1p {

  private static final double SQRT_2_MINUS_1 = 0x1.a827999fcef32p-2;
  private static final double LN_2_HIGH = 0x1.62e42fefa39efp-1;
  private static final double LN_2_LOW = 0x1.abc9e3b39803fp-56;

  private DoubleLog1p() {}

  /**
   * log(1 + u) for u in [0, 1] within 1 ulp; NaN stays NaN, and elsewhere the result is undefined.
   */
  public static DoubleVector log1p(DoubleVector u) {
    VectorMask<Double> large = u.compare(GT, SQRT_2_MINUS_1);
    DoubleVector f = u.blend(u.sub(1).mul(0.5), large);
    DoubleVector s = f.div(f.add(2));
    DoubleVector halfSquare = f.mul(f).mul(0.5);
    DoubleVector zero = u.broadcast(0);
    DoubleVector rest =
        s.fma(halfSquare.add(remainder(s.mul(s))), zero.blend(LN_2_LOW, large)).sub(halfSquare);
    return zero.blend(LN_2_HIGH, large).add(f.add(rest));
  }

  /** log(1 + e^-|x|), within 2 ulp. */
  public static DoubleVector ofExp(DoubleVector x) {
    return log1p(DoubleExp.exp(x.abs().neg()));
  }

  /**
   * 2 atanh(s) / s - 2 for z = s² ≤ 0.0406, to 2⁻⁶⁰: z times the polynomial of degree 7 nearest to
   * it in the maximum norm (Sollya's fpminimax).
   */
  static DoubleVector remainder(DoubleVector z) {
    DoubleVector p = z.broadcast(0x1.1762d5c2c7bacp-3);
    p = p.lanewise(FMA, z, 0x1.0e7198e10595dp-3);
    p = p.lanewise(FMA, z, 0x1.3b2b3b016773dp-3);
    p = p.lanewise(FMA, z, 0x1.745ca2ae78134p-3);
    p = p.lanewise(FMA, z, 0x1.c71c73010a16bp-3);
    p = p.lanewise(FMA, z, 0x1.24924923c1583p-2);
    p = p.lanewise(FMA, z, 0x1.999999999a06p-2);
    p = p.lanewise(FMA, z, 0x1.5555555555555p-1);
    return p.mul(z);
  }
}

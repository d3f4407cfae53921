package dev.verhulst.kernels.lanes;

import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LE;

import jdk.incubator.vector.FloatVector;

/** log(1 + e^x) and its mirror image log σ(x) over FP32 lanes, for any species. */
public final class FloatSoftplus {

  private FloatSoftplus() {}

  /** log(1 + e^x) = max(x, 0) + log1p(e^-|x|): within 2 ulp, tails included. */
  public static FloatVector softplus(FloatVector x) {
    return FloatLog1p.log1p(tail(x)).add(x.blend(0, x.compare(LE, 0)));
  }

  /** log σ(x) = min(x, 0) - log1p(e^-|x|): within 2 ulp, tails included. */
  public static FloatVector logSigmoid(FloatVector x) {
    return x.blend(0, x.compare(GE, 0)).sub(FloatLog1p.log1p(tail(x)));
  }

  /**
   * e^-|x| = p 2^n, subnormal results included; NaN becomes a number. The polynomial is that of
   * {@link FloatExp#polynomial} times 2⁻²⁴.
   */
  public static FloatVector tail(FloatVector x) {
    FloatVector m = FloatExp.minusMagnitude(x, -104);
    FloatVector shifted = FloatExp.shifted(m, 24);
    FloatVector r = FloatExp.rest(m, FloatExp.integer(shifted, 24));
    FloatVector p = r.lanewise(FMA, 0x1.694ac4p-34f, 0x1.12398ep-31f);
    p = p.lanewise(FMA, r, 0x1.555a28p-29f);
    p = p.lanewise(FMA, r, 0x1.555492p-27f);
    p = p.lanewise(FMA, r, 0x1.fffffap-26f);
    p = p.lanewise(FMA, r, 0x1p-24f);
    p = p.lanewise(FMA, r, 0x1p-24f);
    return p.mul(FloatExp.power(shifted));
  }
}

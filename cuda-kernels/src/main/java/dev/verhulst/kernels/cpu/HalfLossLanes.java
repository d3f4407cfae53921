package dev.verhulst.kernels.cpu;

import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.NE;

import dev.verhulst.kernels.lanes.FloatExp;
import dev.verhulst.kernels.lanes.FloatLog1p;
import jdk.incubator.vector.FloatVector;

/**
 * Binary cross-entropy with logits over FP32 lanes, where what it is computed from and rounded to
 * has 16 bits: the formulas of {@link LossLanes} with fewer terms.
 */
final class HalfLossLanes {

  private HalfLossLanes() {}

  /**
   * e^-|z|.
   *
   * @param keepsNan whether it is NaN where z is; any number otherwise
   */
  static FloatVector exp(FloatVector z, boolean keepsNan) {
    FloatVector e = FloatExp.shortExpOfMinusMagnitude(z);
    return keepsNan ? e.blend(z, z.compare(NE, z)) : e;
  }

  /**
   * The loss, but negative.
   *
   * <p>Where u is t it is -log1p(e) + z d, d as in {@link LossLanes#difference}.
   *
   * @param weighted whether u is something else than t
   * @param isSummed whether only the sum of losses is rounded: the error of one counts less then
   */
  static FloatVector minusValue(
      FloatVector z,
      FloatVector e,
      FloatVector u,
      FloatVector v,
      boolean weighted,
      boolean isSummed) {
    FloatVector linear =
        weighted
            ? u.blend(v, LossLanes.positive(z)).mul(z.abs().neg())
            : LossLanes.difference(z, u).mul(z);
    FloatVector q = minusLog1pOverE(e, isSummed);
    return weighted ? q.mul(e).fma(u.add(v), linear) : q.fma(e, linear);
  }

  /** -log(1 + e) / e for e in [0, 1]. */
  private static FloatVector minusLog1pOverE(FloatVector e, boolean isSummed) {
    return isSummed ? ofDegree7(e) : FloatLog1p.minusLog1pOverE(e);
  }

  /** The polynomial nearest to it, to 2⁻²². */
  private static FloatVector ofDegree7(FloatVector e) {
    FloatVector q = e.lanewise(FMA, 0x1.17cffcp-7f, -0x1.692e94p-5f);
    q = q.lanewise(FMA, e, 0x1.b91066p-4f);
    q = q.lanewise(FMA, e, -0x1.6b6c26p-3f);
    q = q.lanewise(FMA, e, 0x1.f5aac4p-3f);
    q = q.lanewise(FMA, e, -0x1.54bdacp-2f);
    q = q.lanewise(FMA, e, 0x1.fff932p-2f);
    return q.lanewise(FMA, e, -0x1.fffffap-1f);
  }
}

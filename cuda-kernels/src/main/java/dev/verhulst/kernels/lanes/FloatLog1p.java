package dev.verhulst.kernels.lanes;

import static jdk.incubator.vector.VectorOperators.FMA;

import jdk.incubator.vector.FloatVector;

/** -log(1 + e) over FP32 lanes, for any species, where e is in [0, 1]. */
public final class FloatLog1p {

  private FloatLog1p() {}

  /** -log(1 + e) = -e + e² Q(e), Q the polynomial of degree 7 nearest to it. */
  public static FloatVector minusLog1p(FloatVector e) {
    FloatVector q = e.lanewise(FMA, 0x1.b22adep-9f, -0x1.4a9226p-6f);
    q = q.lanewise(FMA, e, 0x1.d7efa8p-5f);
    q = q.lanewise(FMA, e, -0x1.b53c48p-4f);
    q = q.lanewise(FMA, e, 0x1.3a6736p-3f);
    q = q.lanewise(FMA, e, -0x1.935568p-3f);
    q = q.lanewise(FMA, e, 0x1.ff2556p-3f);
    q = q.lanewise(FMA, e, -0x1.554ddap-2f);
    q = q.lanewise(FMA, e, 0x1.ffffd2p-2f);
    return q.mul(e).fma(e, e.neg());
  }

  /**
   * -log(1 + e) / e, to 2⁻²⁴: a polynomial -1 + ... of degree 8, a term less than the other has.
   */
  public static FloatVector minusLog1pOverE(FloatVector e) {
    FloatVector q = e.lanewise(FMA, -0x1.5f96e2p-8f, 0x1.ec992ap-6f);
    q = q.lanewise(FMA, e, -0x1.446c06p-4f);
    q = q.lanewise(FMA, e, 0x1.19ad8ep-3f);
    q = q.lanewise(FMA, e, -0x1.884452p-3f);
    q = q.lanewise(FMA, e, 0x1.fd1322p-3f);
    q = q.lanewise(FMA, e, -0x1.5535dap-2f);
    q = q.lanewise(FMA, e, 0x1.ffff14p-2f);
    return q.lanewise(FMA, e, -1f);
  }
}

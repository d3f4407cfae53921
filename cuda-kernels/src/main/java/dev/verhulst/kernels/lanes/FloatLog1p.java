package dev.verhulst.kernels.lanes;

import static jdk.incubator.vector.VectorOperators.FMA;

import jdk.incubator.vector.FloatVector;

/** log(1 + e) over FP32 lanes, for any species, where e is in [0, 1]. */
public final class FloatLog1p {

  private FloatLog1p() {}

  /** log(1 + e) = e + e² Q(e), Q the polynomial of degree 7 nearest to it. */
  public static FloatVector log1p(FloatVector e) {
    FloatVector q = e.lanewise(FMA, -0x1.b22adep-9f, 0x1.4a9226p-6f);
    q = q.lanewise(FMA, e, -0x1.d7efa8p-5f);
    q = q.lanewise(FMA, e, 0x1.b53c48p-4f);
    q = q.lanewise(FMA, e, -0x1.3a6736p-3f);
    q = q.lanewise(FMA, e, 0x1.935568p-3f);
    q = q.lanewise(FMA, e, -0x1.ff2556p-3f);
    q = q.lanewise(FMA, e, 0x1.554ddap-2f);
    q = q.lanewise(FMA, e, -0x1.ffffd2p-2f);
    return q.mul(e).fma(e, e);
  }
}

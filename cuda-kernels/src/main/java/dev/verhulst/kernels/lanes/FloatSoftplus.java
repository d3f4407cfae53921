package dev.verhulst.kernels.lanes;

import static jdk.incubator.vector.VectorOperators.LE;

import jdk.incubator.vector.FloatVector;

/** log(1 + e^x) over FP32 lanes, for any species. */
public final class FloatSoftplus {

  private FloatSoftplus() {}

  /** max(x, 0) + log1p(e^-|x|): within 2 ulp, tails included. */
  public static FloatVector value(FloatVector x) {
    FloatVector m = FloatExp.minusMagnitude(x, -104);
    FloatVector shifted = FloatExp.shifted(m, 24);
    FloatVector r = FloatExp.rest(m, FloatExp.integer(shifted, 24));
    FloatVector e = FloatExp.polynomial(r).mul(0x1p-24f).mul(FloatExp.power(shifted));
    return FloatLog1p.log1p(e).add(x.blend(0, x.compare(LE, 0)));
  }
}

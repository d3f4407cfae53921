package dev.verhulst.kernels.lanes;

import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LE;

import jdk.incubator.vector.FloatVector;

/** log(1 + e^x) and its mirror image log σ(x) over FP32 lanes, for any species. */
public final class FloatSoftplus {

  private static final int BITS_OF_104 = 0x42d00000;

  private FloatSoftplus() {}

  /** log(1 + e^x) = max(x, 0) + log1p(e^-|x|): within 2 ulp, tails included. */
  public static FloatVector softplus(FloatVector x) {
    return FloatLog1p.log1p(tail(x)).add(x.blend(0, x.compare(LE, 0)));
  }

  /** log σ(x) = min(x, 0) - log1p(e^-|x|): within 2 ulp, tails included. */
  public static FloatVector logSigmoid(FloatVector x) {
    return x.blend(0, x.compare(GE, 0)).sub(FloatLog1p.log1p(tail(x)));
  }

  private static FloatVector tail(FloatVector x) {
    return FloatExp.expOfMinus(x.abs().reinterpretAsInts().min(BITS_OF_104).reinterpretAsFloats());
  }
}

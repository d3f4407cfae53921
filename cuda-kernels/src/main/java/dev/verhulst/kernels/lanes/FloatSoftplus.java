package dev.verhulst.kernels.lanes;

import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LE;

import jdk.incubator.vector.FloatVector;

/** log(1 + e^x) and its mirror image log σ(x) over FP32 lanes, for any species. */
public final class FloatSoftplus {

  private FloatSoftplus() {}

  /** log(1 + e^x) = max(x, 0) + log1p(e^-|x|): within 2 ulp, tails included. */
  public static FloatVector softplus(FloatVector x) {
    return x.blend(0, x.compare(LE, 0)).sub(minusTail(x));
  }

  /** log σ(x) = min(x, 0) - log1p(e^-|x|): within 2 ulp, tails included. */
  public static FloatVector logSigmoid(FloatVector x) {
    return x.blend(0, x.compare(GE, 0)).add(minusTail(x));
  }

  /** log(1 + e^x) with fewer terms, to be rounded to 16 bits. */
  public static FloatVector shortSoftplus(FloatVector x) {
    FloatVector e = FloatExp.shortExpOfMinusMagnitude(x);
    return FloatLog1p.minusLog1pOverE(e).fma(e.neg(), x.blend(0, x.compare(LE, 0)));
  }

  /** log σ(x) with fewer terms, to be rounded to 16 bits. */
  public static FloatVector shortLogSigmoid(FloatVector x) {
    FloatVector e = FloatExp.shortExpOfMinusMagnitude(x);
    return FloatLog1p.minusLog1pOverE(e).fma(e, x.blend(0, x.compare(GE, 0)));
  }

  /** -log1p(e^-|x|); of NaN any number. */
  private static FloatVector minusTail(FloatVector x) {
    FloatVector m = FloatExp.minusMagnitude(x, -104);
    return FloatTables.USABLE
        ? FloatTables.minusLog1p(FloatTables.exp(m), FloatTables.roughExp(m))
        : FloatLog1p.minusLog1p(FloatExp.expOfMinus(m.neg()));
  }
}

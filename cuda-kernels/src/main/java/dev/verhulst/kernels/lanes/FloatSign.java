package dev.verhulst.kernels.lanes;

import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.FloatVector;

/** The sign of FP32 lanes, for any species. */
public final class FloatSign {

  private FloatSign() {}

  /** {@code magnitude}, which is not negative, with the sign of {@code x}. */
  public static FloatVector copy(FloatVector magnitude, FloatVector x) {
    return magnitude
        .reinterpretAsInts()
        .or(x.reinterpretAsInts().and(FloatExp.SIGN))
        .reinterpretAsFloats();
  }

  /** {@code factor}, negated where {@code x} is negative. */
  public static FloatVector multiply(FloatVector factor, FloatVector x) {
    return factor
        .reinterpretAsInts()
        .lanewise(XOR, x.reinterpretAsInts().and(FloatExp.SIGN))
        .reinterpretAsFloats();
  }

  /** {@code y} where x is negative, 1 - y where it is positive, NaN where it is NaN. */
  public static FloatVector mirror(FloatVector y, FloatVector x) {
    return y.blend(y.neg().add(1), x.compare(GT, 0)).blend(x, x.compare(NE, x));
  }
}

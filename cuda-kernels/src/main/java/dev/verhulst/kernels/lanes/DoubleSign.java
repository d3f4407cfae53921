package dev.verhulst.kernels.lanes;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;

/** The sign of a number, over FP64 lanes. */
final class DoubleSign {

  private DoubleSign() {}

  /** The magnitude, which is positive, with the sign of x. */
  static DoubleVector of(DoubleVector x, DoubleVector magnitude) {
    LongVector sign = x.reinterpretAsLongs().and(Long.MIN_VALUE);
    return magnitude.reinterpretAsLongs().or(sign).reinterpretAsDoubles();
  }
}

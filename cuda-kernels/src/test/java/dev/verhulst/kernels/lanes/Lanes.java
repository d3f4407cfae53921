package dev.verhulst.kernels.lanes;

import java.util.function.UnaryOperator;
import jdk.incubator.vector.DoubleVector;

/** Applies a function over lanes to one number. */
final class Lanes {

  private Lanes() {}

  static double apply(UnaryOperator<DoubleVector> function, double x) {
    return function.apply(DoubleVector.broadcast(DoubleVector.SPECIES_PREFERRED, x)).lane(0);
  }
}

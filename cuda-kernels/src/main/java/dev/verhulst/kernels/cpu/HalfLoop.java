package dev.verhulst.kernels.cpu;

import jdk.incubator.vector.FloatVector;

/**
 * The hot loops of a 16-bit type: to FP32 and back, rounding to nearest even. Two vectors of floats
 * hold one vector of halves: first the halves at even places, then those at odd places.
 */
abstract class HalfLoop {

  /** How many halves one iteration takes. */
  static final int STEP = 2 * FloatVector.SPECIES_PREFERRED.length();

  /** Converts {@code count} halves, a multiple of {@link #STEP}, by absolute address. */
  abstract void toFloats(long from, long to, int count);

  /** Converts to {@code count} halves, a multiple of {@link #STEP}, by absolute address. */
  abstract void fromFloats(long from, long to, int count);
}

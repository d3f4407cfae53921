package dev.verhulst.kernels.cpu;

import dev.verhulst.kernels.activation.Lanes;

/**
 * The hot loops of one activation in one data type. Memory is given by absolute address; {@code
 * count} is a multiple of {@link #step()}; {@code x} and {@code output} may be the same; {@code
 * floats} is room for {@link Scratch#FLOATS} elements of each input.
 */
abstract class ElementwiseLoop {

  /** How many elements one iteration takes. */
  abstract int step();

  /** Writes the value. */
  abstract void value(Lanes lanes, long x, long output, int count, float[][] floats);

  /** Writes the derivative. */
  abstract void derivative(Lanes lanes, long x, long output, int count, float[][] floats);

  /** Writes {@code gradY · dy/dx}. */
  abstract void gradient(Lanes lanes, long x, long gradY, long output, int count, float[][] floats);
}

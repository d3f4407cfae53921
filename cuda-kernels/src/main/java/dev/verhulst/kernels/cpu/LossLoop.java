package dev.verhulst.kernels.cpu;

/**
 * The hot loop of one {@link LossVariant} in one data type. Memory is given by absolute address;
 * what the variant does not use is not touched.
 */
abstract class LossLoop {

  /** How many elements one iteration takes. */
  abstract int step();

  /**
   * Computes {@code count} elements, a multiple of {@link #step()}.
   *
   * @param scale what every gradient is multiplied with
   * @param sums the address of one vector of floats, which takes the sum of each lane's losses, or
   *     of two of doubles, the second of which takes what rounding took from the first
   * @param floats room for {@link Scratch#FLOATS} elements of each input
   */
  abstract void compute(
      long logits,
      long target,
      long weight,
      long posWeight,
      long loss,
      long gradient,
      int count,
      double scale,
      long sums,
      float[][] floats);
}

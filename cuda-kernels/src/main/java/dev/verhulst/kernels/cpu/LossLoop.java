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
   * @param sums the address of two vectors of doubles, or of floats, that take the sum of each
   *     lane's losses, and what rounding took from it
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
      long sums);
}

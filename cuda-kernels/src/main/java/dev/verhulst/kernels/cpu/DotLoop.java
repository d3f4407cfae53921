package dev.verhulst.kernels.cpu;

/**
 * Computes one tile of X Wᵀ by dot products: up to {@link #ROWS} rows of the batch by up to {@link
 * #LABELS} labels. Made for few labels, where panels of vectors would be mostly empty. What comes
 * before and after is {@link DotEnds}.
 */
abstract class DotLoop {

  static final int ROWS = 4;
  static final int LABELS = 5;

  /**
   * Writes the tile's sums: for each row and label a vector whose lanes are still to be added up.
   *
   * @param rows the address of each row
   * @param rests the address of each row's features beyond the last whole vector, padded with zeros
   *     to a vector; unused where there are none
   * @param first the first row's index in both
   * @param weights the address of the first label's weights, padded with zeros to whole vectors
   * @param stride how many bytes lie between two labels' weights
   * @param depth how many features there are
   * @param sums where to write the vectors, row by row
   */
  abstract void compute(
      long[] rows, long[] rests, int first, long weights, long stride, int depth, long sums);

  /** How many tiles it takes for all labels, each of about as many as the others. */
  static int groups(int labels) {
    return Math.ceilDiv(labels, LABELS);
  }
}

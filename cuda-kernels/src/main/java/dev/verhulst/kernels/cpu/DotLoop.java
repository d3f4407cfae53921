package dev.verhulst.kernels.cpu;

/**
 * Computes one tile of X Wᵀ + b by dot products: up to {@link #ROWS} rows of the batch by up to
 * {@link #LABELS} labels. Made for few labels, where panels of vectors would be mostly empty.
 */
abstract class DotLoop {

  static final int ROWS = 4;
  static final int LABELS = 4;

  /**
   * Writes the tile.
   *
   * @param rows the address of each row; {@link #ROWS} of them, those beyond the tile's shape
   *     unused
   * @param weights the address of the first label's weights, padded with zeros to whole vectors
   * @param stride how many bytes lie between two labels' weights
   * @param depth how many features there are
   * @param bias the address of the first label's bias
   * @param to the address of each row's first result
   */
  abstract void compute(long[] rows, long weights, long stride, int depth, long bias, long[] to);
}

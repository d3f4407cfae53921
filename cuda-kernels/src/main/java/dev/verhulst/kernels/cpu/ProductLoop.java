package dev.verhulst.kernels.cpu;

/**
 * Computes one tile of X Wᵀ: up to {@link #ROWS} rows of the batch by up to {@link #VECTORS}
 * vectors of labels. Lanes run along the labels, whose weights are packed by vectors of labels: for
 * each feature the weights of a vector's labels, one after the other.
 */
abstract class ProductLoop {

  static final int ROWS = 6;
  static final int VECTORS = 4;

  /**
   * Writes the tile's sums of {@code depth} terms.
   *
   * @param rows the address of each row's first feature of these; {@link #ROWS} of them, those
   *     beyond the tile's shape unused
   * @param weights the address of the first vector's packed weights
   * @param stride how many bytes lie between the weights of two vectors
   * @param from the address of what every row begins with: the biases, or zeros
   * @param to where to write each row's sums, row after row
   */
  abstract void compute(long[] rows, long weights, long stride, int depth, long from, long[] to);
}

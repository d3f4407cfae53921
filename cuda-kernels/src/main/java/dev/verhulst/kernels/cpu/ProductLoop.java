package dev.verhulst.kernels.cpu;

/**
 * Computes tiles of X Wᵀ: of up to {@link #ROWS} rows of the batch by up to {@link #VECTORS}
 * vectors of labels each. Lanes run along the labels, whose weights are packed by vectors of
 * labels: for each feature the weights of a vector's labels, one after the other.
 */
abstract class ProductLoop {

  static final int ROWS = 8;
  static final int VECTORS = 3;

  /**
   * Adds {@code depth} terms to the sums of some rows, tile after tile.
   *
   * @param rows the address of each row's features
   * @param first the first row's index
   * @param end the last row's index plus one; their number is a multiple of the tile's
   * @param offset how many bytes into a row the first of these features is
   * @param weights the address of the first vector's packed weights
   * @param stride how many bytes lie between the weights of two vectors
   * @param from the address of what every row begins with: the biases, or zeros
   * @param to where to write each row's sums, row after row
   */
  abstract void compute(
      long[] rows,
      int first,
      int end,
      long offset,
      long weights,
      long stride,
      int depth,
      long from,
      long[] to);
}

package dev.verhulst.kernels.cuda;

import java.util.ArrayList;
import java.util.List;

/**
 * The chunks of a tensor whose every row meets the same vector, one value for each column: the
 * slopes of a PReLU, the positive weights of a loss. A chunk holds whole rows where a row fits,
 * otherwise a part of one row with the same part of the vector.
 *
 * @param start the chunk's first element
 * @param length how many elements it has
 * @param column the column of its first element: where its part of the vector starts
 * @param columns how many values of the vector it meets
 */
record RowPlan(long start, long length, long column, long columns) {

  /**
   * Plans the chunks.
   *
   * @param elements how many elements the tensor has
   * @param columns how many of them a row has
   * @param limit how many elements a chunk, and its part of the vector, have at most
   */
  static List<RowPlan> of(long elements, long columns, long limit) {
    List<RowPlan> chunks = new ArrayList<>();
    long whole = limit / columns * columns;
    for (long start = 0; start < elements; ) {
      long column = start % columns;
      long length =
          whole > 0 ? Math.min(whole, elements - start) : Math.min(limit, columns - column);
      chunks.add(new RowPlan(start, length, column, Math.min(columns, length)));
      start += length;
    }
    return chunks;
  }
}

package dev.verhulst.kernels.cpu;

/**
 * The tile of a product that a thread is at: where the block's rows are, and the way to a loop. A
 * loop writes whole vectors: where these are wider than a row of results and would reach into what
 * is not to be written, the sums go through the scratch memory.
 */
final class ProductTile {

  private final PackedWeights weights;
  private final int byteSize;
  private final long scratch;
  private final long[] features;
  private final long[] results;
  private final long[] rows = new long[ProductLoop.ROWS];
  private final long[] sums = new long[ProductLoop.ROWS];
  private final long[] to = new long[ProductLoop.ROWS];

  /**
   * @param features where the features of each of the block's rows are
   * @param results where its results go
   */
  ProductTile(PackedWeights weights, long[] features, long[] results, Scratch scratch) {
    this.weights = weights;
    this.scratch = scratch.address();
    byteSize = weights.dataType().byteSize();
    this.features = features;
    this.results = results;
  }

  /**
   * Adds {@code depth} terms, from a feature on, to the sums of some rows and a panel; the first
   * ones to the bias. The tiles of a panel are to be computed from the first row to the last.
   */
  void compute(int firstRow, int count, int firstLabel, int feature, int depth) {
    boolean isFirst = feature == 0;
    int width = Math.min(weights.panelWidth(), weights.labels() - firstLabel);
    for (int i = 0; i < count; i++) {
      int row = firstRow + i;
      rows[i] = features[row] + (long) feature * byteSize;
      to[i] = results[row] + (long) firstLabel * byteSize;
      sums[i] =
          isFirst && isRoomAt(row, firstLabel, width)
              ? to[i]
              : scratch + (long) i * weights.panelWidth() * byteSize;
    }
    TileLoops.product(count, weights.vectors(firstLabel), weights.dataType())
        .compute(
            rows,
            weights.vector(firstLabel, feature),
            weights.vectorStride(),
            depth,
            isFirst ? weights.bias(firstLabel) : weights.zeros(),
            sums);
    if (isFirst) {
      for (int i = 0; i < count; i++) {
        if (sums[i] != to[i]) {
          NativeMemory.copy(sums[i], to[i], (long) width * byteSize);
        }
      }
    } else {
      PartialSums.add(sums, to, count, width, weights.dataType());
    }
  }

  /**
   * Whether a row's vectors end where the panel does, or reach into the results of the next row,
   * which is still to be written.
   */
  private boolean isRoomAt(int row, int firstLabel, int width) {
    return width == weights.width(firstLabel)
        || (firstLabel == 0
            && row + 1 < results.length
            && results[row + 1] == results[row] + (long) width * byteSize);
  }
}

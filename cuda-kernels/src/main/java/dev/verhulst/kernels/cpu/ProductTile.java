package dev.verhulst.kernels.cpu;

import java.util.Arrays;

/**
 * The tile of a product that a thread is at: where the block's rows are, and the way to a loop. The
 * last panel's vectors may be wider than a row of results; their sums go through the scratch
 * memory.
 */
final class ProductTile {

  private final PackedWeights weights;
  private final int byteSize;
  private final long scratch;
  private final long[] features;
  private final long[] results;
  private final long[] rows = new long[ProductLoop.ROWS];
  private final long[] from = new long[ProductLoop.ROWS];
  private final long[] to = new long[ProductLoop.ROWS];

  /**
   * @param rowCount how many rows the block has
   */
  ProductTile(PackedWeights weights, int rowCount, Scratch scratch) {
    this.weights = weights;
    this.scratch = scratch.address();
    byteSize = weights.dataType().byteSize();
    features = new long[rowCount];
    results = new long[rowCount];
  }

  /** Says where a row's features and results are. */
  void row(int index, long featuresAddress, long resultsAddress) {
    features[index] = featuresAddress;
    results[index] = resultsAddress;
  }

  /**
   * Adds {@code depth} terms, from a feature on, to the sums of some rows and a panel; the first
   * ones to the bias.
   */
  void compute(int firstRow, int count, int firstLabel, int feature, int depth) {
    int width = Math.min(weights.panelWidth(), weights.labels() - firstLabel);
    boolean direct = width == weights.panelWidth();
    long featureOffset = (long) feature * byteSize;
    long labelOffset = (long) firstLabel * byteSize;
    long bytes = (long) width * byteSize;
    long stride = (long) weights.panelWidth() * byteSize;
    for (int i = 0; i < count; i++) {
      rows[i] = features[firstRow + i] + featureOffset;
      to[i] = direct ? results[firstRow + i] + labelOffset : scratch + i * stride;
    }
    if (feature == 0) {
      Arrays.fill(from, weights.bias(firstLabel));
    } else {
      System.arraycopy(to, 0, from, 0, count);
      for (int i = 0; i < count && !direct; i++) {
        NativeMemory.copy(results[firstRow + i] + labelOffset, to[i], bytes);
      }
    }
    TileLoops.product(count, weights.vectors(firstLabel), weights.dataType())
        .compute(rows, weights.panel(firstLabel, feature), depth, from, to);
    for (int i = 0; i < count && !direct; i++) {
      NativeMemory.copy(to[i], results[firstRow + i] + labelOffset, bytes);
    }
  }
}

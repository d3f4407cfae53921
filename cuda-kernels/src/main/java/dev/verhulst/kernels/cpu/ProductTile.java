package dev.verhulst.kernels.cpu;

import java.util.Arrays;

/**
 * The tile of a product that a thread is at: its rows' addresses, and the way to a loop. The last
 * panel's vectors may be wider than a row of results; their sums go through the scratch memory.
 */
final class ProductTile {

  private final PackedWeights weights;
  private final int byteSize;
  private final long scratch;
  private final long[] features = new long[ProductLoop.ROWS];
  private final long[] results = new long[ProductLoop.ROWS];
  private final long[] rows = new long[ProductLoop.ROWS];
  private final long[] from = new long[ProductLoop.ROWS];
  private final long[] to = new long[ProductLoop.ROWS];

  ProductTile(PackedWeights weights, Scratch scratch) {
    this.weights = weights;
    this.scratch = scratch.address();
    byteSize = weights.dataType().byteSize();
  }

  /** Says where a row's features and results are. */
  void row(int index, long featuresAddress, long resultsAddress) {
    features[index] = featuresAddress;
    results[index] = resultsAddress;
  }

  /**
   * Adds {@code depth} terms, from a feature on, to the sums of a panel; the first ones to the
   * bias.
   */
  void compute(int count, int firstLabel, int feature, int depth) {
    int vectors = weights.vectors(firstLabel);
    int width = Math.min(weights.panelWidth(), weights.labels() - firstLabel);
    long labelOffset = (long) firstLabel * byteSize;
    long bytes = (long) width * byteSize;
    long stride = (long) weights.panelWidth() * byteSize;
    boolean direct = width == weights.panelWidth();
    for (int i = 0; i < count; i++) {
      rows[i] = features[i] + (long) feature * byteSize;
      to[i] = direct ? results[i] + labelOffset : scratch + i * stride;
    }
    if (feature == 0) {
      Arrays.fill(from, weights.bias(firstLabel));
    } else {
      System.arraycopy(to, 0, from, 0, count);
      if (!direct) {
        for (int i = 0; i < count; i++) {
          NativeMemory.copy(results[i] + labelOffset, to[i], bytes);
        }
      }
    }
    TileLoops.product(count, vectors, weights.dataType())
        .compute(rows, weights.panel(firstLabel, feature), depth, from, to);
    if (!direct) {
      for (int i = 0; i < count; i++) {
        NativeMemory.copy(to[i], results[i] + labelOffset, bytes);
      }
    }
  }
}

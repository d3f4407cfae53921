package dev.verhulst.kernels.cpu;

/**
 * A block of a product that a thread is at: some rows by some panels. A loop writes whole vectors,
 * and does not know earlier sums: where vectors are wider than a row of results, or there are
 * earlier sums, its own go through the scratch memory.
 */
final class ProductBlock {

  /** So many tiles of rows take one panel after the other, their features close by. */
  private static final int TILES = 3;

  private final PackedWeights weights;
  private final int byteSize;
  private final long scratch;
  private final long[] features;
  private final long[] results;
  private final long[] sums;

  /**
   * @param features where the features of each of the block's rows are
   * @param results where its results go
   */
  ProductBlock(PackedWeights weights, long[] features, long[] results, Scratch scratch) {
    this.weights = weights;
    this.scratch = scratch.address();
    byteSize = weights.dataType().byteSize();
    this.features = features;
    this.results = results;
    sums = new long[results.length];
  }

  /** Computes the panels of some labels, by tiles of about the same height. */
  void compute(int firstLabel, int endLabel) {
    int rows = results.length;
    int tiles = Math.ceilDiv(rows, ProductLoop.ROWS);
    int low = rows / tiles;
    int endOfHigh = rows % tiles * (low + 1);
    for (int part = 0; part < weights.parts(); part++) {
      int end;
      for (int row = 0; row < rows; row = end) {
        boolean isHigh = row < endOfHigh;
        int height = isHigh ? low + 1 : low;
        end = Math.min(row + TILES * height, isHigh ? endOfHigh : rows);
        for (int label = firstLabel; label < endLabel; label += weights.panelWidth()) {
          compute(row, end, height, label, Math.min(label + weights.panelWidth(), endLabel), part);
        }
      }
    }
  }

  /** Adds the terms of a part to the sums of some rows and a panel, the first ones to the bias. */
  private void compute(int first, int end, int height, int firstLabel, int endLabel, int part) {
    int width = endLabel - firstLabel;
    int vectors = weights.vectors(width);
    long labelOffset = (long) firstLabel * byteSize;
    boolean isDirect = part == 0 && width == vectors * weights.lanes();
    for (int row = first; row < end; row++) {
      sums[row] =
          isDirect
              ? results[row] + labelOffset
              : scratch + (long) (row - first) * weights.panelWidth() * byteSize;
    }
    int feature = weights.firstFeature(part);
    TileLoops.product(height, vectors, weights.dataType())
        .compute(
            features,
            first,
            end,
            (long) feature * byteSize,
            weights.vector(firstLabel, feature),
            weights.vectorStride(),
            weights.firstFeature(part + 1) - feature,
            part == 0 ? weights.bias(firstLabel) : weights.zeros(),
            sums);
    if (part > 0) {
      PartialSums.add(sums, results, labelOffset, first, end, width, weights.dataType());
    } else if (!isDirect) {
      for (int row = first; row < end; row++) {
        NativeMemory.copy(sums[row], results[row] + labelOffset, (long) width * byteSize);
      }
    }
  }
}

package dev.verhulst.benchmarks.heads;

/**
 * What one row of the table compares: σ(X Wᵀ + b) in FP32.
 *
 * @param features how many features a row of X has
 * @param labels how many rows W has
 * @param batch how many rows X has
 */
record HeadShape(int features, int labels, int batch) {

  /** As one word, which {@link #parse} reads. */
  String format() {
    return features + "x" + labels + "x" + batch;
  }

  static HeadShape parse(String word) {
    String[] parts = word.split("x", 3);
    return new HeadShape(
        Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
  }
}

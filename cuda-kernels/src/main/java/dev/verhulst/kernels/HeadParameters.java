package dev.verhulst.kernels;

/**
 * The numbers of a head: logits X Wᵀ + b, probabilities σ(slope · logit + shift), each label with
 * its own slope and shift.
 *
 * @param labels how many labels there are; at least 1
 * @param features how many features a row has; at least 1
 * @param weights W, [labels, features], row-major
 * @param bias b, one for each label
 * @param slopes what a label's logit is multiplied by before the sigmoid; 1 leaves it
 * @param shifts what is added to that; 0 leaves it
 */
public record HeadParameters(
    int labels, int features, double[] weights, double[] bias, double[] slopes, double[] shifts) {

  public HeadParameters {
    if (labels < 1 || features < 1) {
      throw new IllegalArgumentException(
          "a head needs at least 1 label and 1 feature, got %d and %d".formatted(labels, features));
    }
    if (weights.length != Math.multiplyExact(labels, features)) {
      throw new IllegalArgumentException(
          "a head of %d labels and %d features needs %d weights, got %d"
              .formatted(labels, features, (long) labels * features, weights.length));
    }
    check("biases", bias, labels);
    check("slopes", slopes, labels);
    check("shifts", shifts, labels);
  }

  /** Whether a label's probability is the sigmoid of its logit as it is. */
  public boolean isPlain() {
    for (int label = 0; label < labels; label++) {
      if (slopes[label] != 1 || shifts[label] != 0) {
        return false;
      }
    }
    return true;
  }

  private static void check(String what, double[] values, int labels) {
    if (values.length != labels) {
      throw new IllegalArgumentException(
          "a head of %d labels needs %d %s, got %d".formatted(labels, labels, what, values.length));
    }
  }
}

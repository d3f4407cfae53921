package dev.verhulst.heads.calibration;

import org.jspecify.annotations.Nullable;

/**
 * Scores with what turned out to be true: what a calibration is fitted to and judged by.
 *
 * @param scores finite scores; for Platt and temperature scaling, logits
 * @param labels 0 or 1 for each score
 * @param weights how much each counts, above 0; null for 1 each
 */
public record ScoredExamples(double[] scores, double[] labels, double @Nullable [] weights) {

  public ScoredExamples {
    if (scores.length != labels.length || (weights != null && weights.length != labels.length)) {
      throw new IllegalArgumentException(
          "there are %d scores, %d labels and %d weights; expected as many of each"
              .formatted(
                  scores.length, labels.length, weights == null ? labels.length : weights.length));
    }
    int positives = 0;
    for (int row = 0; row < scores.length; row++) {
      if (!Double.isFinite(scores[row])) {
        throw new IllegalArgumentException(
            "the score in row %d is %s; expected a finite number".formatted(row, scores[row]));
      }
      if (labels[row] != 0 && labels[row] != 1) {
        throw new IllegalArgumentException(
            "the label in row %d is %s; expected 0 or 1".formatted(row, labels[row]));
      }
      if (weights != null && !(weights[row] > 0 && weights[row] < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "the weight in row %d is %s; expected a finite number above 0"
                .formatted(row, weights[row]));
      }
      positives += (int) labels[row];
    }
    if (positives == 0 || positives == scores.length) {
      throw new IllegalArgumentException(
          "all %d labels are %s; a calibration needs both 0 and 1"
              .formatted(scores.length, positives == 0 ? "0" : "1"));
    }
  }

  /** Examples that count alike. */
  public ScoredExamples(double[] scores, double[] labels) {
    this(scores, labels, null);
  }

  /** How many examples there are. */
  public int count() {
    return scores.length;
  }

  /** How much an example counts. */
  double weight(int example) {
    return weights == null ? 1 : weights[example];
  }

  /** What the weights of the examples with that label add up to. */
  double weightOf(double label) {
    double sum = 0;
    for (int i = 0; i < labels.length; i++) {
      sum += labels[i] == label ? weight(i) : 0;
    }
    return sum;
  }

  /** The probability that a calibration gives to each score. */
  public double[] probabilities(Calibration calibration) {
    double[] probabilities = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      probabilities[i] = calibration.probability(scores[i]);
    }
    return probabilities;
  }
}

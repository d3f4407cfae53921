package dev.verhulst.heads.calibration;

/**
 * Scores with what turned out to be true: what a calibration is fitted to and judged by.
 *
 * @param scores finite scores; for Platt and temperature scaling, logits
 * @param labels 0 or 1 for each score
 */
public record ScoredExamples(double[] scores, double[] labels) {

  public ScoredExamples {
    if (scores.length != labels.length) {
      throw new IllegalArgumentException(
          "there are %d scores and %d labels; expected as many of each"
              .formatted(scores.length, labels.length));
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
      positives += (int) labels[row];
    }
    if (positives == 0 || positives == scores.length) {
      throw new IllegalArgumentException(
          "all %d labels are %s; a calibration needs both 0 and 1"
              .formatted(scores.length, positives == 0 ? "0" : "1"));
    }
  }

  /** How many examples there are. */
  public int count() {
    return scores.length;
  }

  /** How many labels are 1. */
  public int positives() {
    int positives = 0;
    for (double label : labels) {
      positives += (int) label;
    }
    return positives;
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

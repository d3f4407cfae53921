package dev.verhulst.heads.calibration;

import java.util.Arrays;

/**
 * Isotonic regression's map: linear between knots, constant beyond the first and the last.
 *
 * @param scores the knots' scores, increasing
 * @param probabilities the knots' probabilities, in [0, 1], non-decreasing
 */
public record Isotonic(double[] scores, double[] probabilities) implements Calibration {

  public Isotonic {
    if (scores.length == 0 || scores.length != probabilities.length) {
      throw new IllegalArgumentException(
          "isotonic calibration needs at least one knot and as many scores as probabilities, got"
              + " %d scores and %d probabilities".formatted(scores.length, probabilities.length));
    }
    for (int i = 0; i < scores.length; i++) {
      boolean inRange =
          Double.isFinite(scores[i]) && probabilities[i] >= 0 && probabilities[i] <= 1;
      if (!inRange
          || (i > 0 && (scores[i] <= scores[i - 1] || probabilities[i] < probabilities[i - 1]))) {
        throw new IllegalArgumentException(
            "knot %d of the isotonic calibration, (%s, %s), is wrong; expected increasing scores and non-decreasing probabilities in [0, 1]"
                .formatted(i, scores[i], probabilities[i]));
      }
    }
  }

  @Override
  public double probability(double score) {
    if (Double.isNaN(score)) {
      return score;
    }
    int last = scores.length - 1;
    if (score <= scores[0]) {
      return probabilities[0];
    }
    if (score >= scores[last]) {
      return probabilities[last];
    }
    int found = Arrays.binarySearch(scores, score);
    if (found >= 0) {
      return probabilities[found];
    }
    int right = -found - 1;
    double share = (score - scores[right - 1]) / (scores[right] - scores[right - 1]);
    return probabilities[right - 1] + share * (probabilities[right] - probabilities[right - 1]);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Isotonic isotonic
        && Arrays.equals(scores, isotonic.scores)
        && Arrays.equals(probabilities, isotonic.probabilities);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(scores) + Arrays.hashCode(probabilities);
  }

  @Override
  public String toString() {
    return "Isotonic[" + scores.length + " knots]";
  }
}

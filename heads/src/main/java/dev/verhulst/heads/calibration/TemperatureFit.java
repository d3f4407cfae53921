package dev.verhulst.heads.calibration;

/**
 * Fits a temperature by minimising the negative log likelihood (Guo et al., 2017). In u = 1 / T the
 * likelihood is concave, so that Newton's method finds the one maximum; a step that would leave the
 * interval known to hold it is replaced by a bisection.
 */
public final class TemperatureFit {

  private static final int MAX_ITERATIONS = 200;

  /** Temperatures outside [1e-6, 1e6] are not sought. */
  private static final double SMALLEST = 1e-6;

  private static final double LARGEST = 1e6;

  private TemperatureFit() {}

  /**
   * The temperature that fits the examples best.
   *
   * @throws IllegalArgumentException where there is none: the labels follow the sign of the scores
   *     without exception, or are no likelier to
   */
  public static Temperature fit(ScoredExamples examples) {
    double low = SMALLEST;
    double high = LARGEST;
    if (gradient(examples, low) >= 0) {
      throw new IllegalArgumentException(
          "no temperature fits: higher scores do not go with the label 1; check the scores' sign");
    }
    if (gradient(examples, high) <= 0) {
      throw new IllegalArgumentException(
          "no temperature fits: the scores' signs separate the labels perfectly; take more"
              + " examples, or Platt scaling");
    }
    double u = 1;
    for (int i = 0; i < MAX_ITERATIONS && high - low > Math.ulp(u); i++) {
      double gradient = gradient(examples, u);
      if (gradient < 0) {
        low = u;
      } else {
        high = u;
      }
      double next = u - gradient / curvature(examples, u);
      if (!(next > low && next < high)) {
        next = gradient == 0 ? u : Math.sqrt(low * high);
      }
      if (Math.abs(next - u) <= Math.ulp(u)) {
        return new Temperature(1 / next);
      }
      u = next;
    }
    return new Temperature(1 / u);
  }

  /** The derivative of the loss by u. */
  private static double gradient(ScoredExamples examples, double u) {
    double sum = 0;
    for (int i = 0; i < examples.count(); i++) {
      double score = examples.scores()[i];
      sum += examples.weight(i) * score * (Logistic.sigmoid(u * score) - examples.labels()[i]);
    }
    return sum;
  }

  private static double curvature(ScoredExamples examples, double u) {
    double sum = 0;
    for (int i = 0; i < examples.count(); i++) {
      double score = examples.scores()[i];
      double probability = Logistic.sigmoid(u * score);
      sum += examples.weight(i) * score * score * probability * (1 - probability);
    }
    return sum;
  }
}

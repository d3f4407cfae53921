package dev.verhulst.heads.calibration;

/**
 * Fits Platt's scaling by Newton's method with backtracking: Lin, Lin and Weng, "A note on Platt's
 * probabilistic outputs for support vector machines", Machine Learning 68 (2007), with Platt's
 * smoothed targets (N₊ + 1) / (N₊ + 2) and 1 / (N₋ + 2), in which each example counts as much as it
 * weighs.
 */
public final class PlattFit {

  private static final int MAX_ITERATIONS = 200;
  private static final double SMALLEST_STEP = 1e-10;
  private static final double RIDGE = 1e-12;

  /** The paper stops at 1e-5; a few more steps give all the digits there are. */
  private static final double GRADIENT_TOLERANCE = 1e-10;

  private final ScoredExamples examples;
  private final double positiveTarget;
  private final double negativeTarget;

  private PlattFit(ScoredExamples examples) {
    this.examples = examples;
    double positives = examples.weightOf(1);
    double negatives = examples.weightOf(0);
    positiveTarget = (positives + 1) / (positives + 2);
    negativeTarget = 1 / (negatives + 2);
  }

  /** The scaling that fits the examples best. */
  public static Platt fit(ScoredExamples examples) {
    return new PlattFit(examples).run();
  }

  private Platt run() {
    double a = 0;
    double b = Math.log((examples.weightOf(0) + 1) / (examples.weightOf(1) + 1));
    double loss = loss(a, b);
    for (int iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
      double gradientA = 0;
      double gradientB = 0;
      double hessianAa = RIDGE;
      double hessianBb = RIDGE;
      double hessianAb = 0;
      for (int i = 0; i < examples.count(); i++) {
        double score = examples.scores()[i];
        double probability = Logistic.sigmoid(-(a * score + b));
        double difference = examples.weight(i) * (target(i) - probability);
        double curvature = examples.weight(i) * probability * (1 - probability);
        gradientA += score * difference;
        gradientB += difference;
        hessianAa += score * score * curvature;
        hessianBb += curvature;
        hessianAb += score * curvature;
      }
      if (Math.max(Math.abs(gradientA), Math.abs(gradientB)) < GRADIENT_TOLERANCE) {
        break;
      }
      double determinant = hessianAa * hessianBb - hessianAb * hessianAb;
      double stepA = -(hessianBb * gradientA - hessianAb * gradientB) / determinant;
      double stepB = -(hessianAa * gradientB - hessianAb * gradientA) / determinant;
      double slope = gradientA * stepA + gradientB * stepB;
      double length = 1;
      double newLoss = loss(a + stepA, b + stepB);
      while (!(newLoss < loss + 1e-4 * length * slope) && length >= SMALLEST_STEP) {
        length /= 2;
        newLoss = loss(a + length * stepA, b + length * stepB);
      }
      if (length < SMALLEST_STEP) {
        // Rounding hides what is left to gain.
        break;
      }
      a += length * stepA;
      b += length * stepB;
      loss = newLoss;
    }
    return new Platt(a, b);
  }

  private double target(int example) {
    return examples.labels()[example] == 1 ? positiveTarget : negativeTarget;
  }

  private double loss(double a, double b) {
    double sum = 0;
    for (int i = 0; i < examples.count(); i++) {
      sum += examples.weight(i) * Logistic.loss(-(a * examples.scores()[i] + b), target(i));
    }
    return sum;
  }
}

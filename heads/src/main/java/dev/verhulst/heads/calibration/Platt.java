package dev.verhulst.heads.calibration;

/**
 * Platt's scaling, P = 1 / (1 + exp(a · score + b)). With scores that grow with the probability,
 * {@code a} is negative.
 */
public record Platt(double a, double b) implements Calibration {

  public Platt {
    if (!Double.isFinite(a) || !Double.isFinite(b)) {
      throw new IllegalArgumentException(
          "Platt's a and b are %s and %s; expected finite numbers".formatted(a, b));
    }
  }

  @Override
  public double probability(double score) {
    return Logistic.sigmoid(-(a * score + b));
  }
}

package dev.verhulst.heads.calibration;

/**
 * Temperature scaling, P = σ(score / temperature).
 *
 * @param temperature above 0; above 1 it makes probabilities less extreme
 */
public record Temperature(double temperature) implements Calibration {

  public Temperature {
    if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "a temperature must be above 0 and finite, got " + temperature);
    }
  }

  @Override
  public double probability(double score) {
    return Logistic.sigmoid(score / temperature);
  }
}

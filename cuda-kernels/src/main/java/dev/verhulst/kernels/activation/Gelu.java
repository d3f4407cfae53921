package dev.verhulst.kernels.activation;

import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import org.apache.commons.numbers.gamma.Erfc;

/**
 * The Gaussian error linear unit, {@code x Φ(x)}, or its approximation by tanh, {@code x σ(2 √(2/π)
 * (x + 0.044715 x³))} (Hendrycks and Gimpel, 2016).
 *
 * @param approximate which of the two
 */
public record Gelu(Approximation approximate) implements ElementwiseActivation {

  static final ActivationDescriptor DESCRIPTOR =
      new ActivationDescriptor(
          "gelu",
          List.of(),
          List.of(
              Parameter.choice(
                  "approximate",
                  "none",
                  "`none` for the exact form, `tanh` for the approximation")),
          parameters -> new Gelu(Approximation.of(parameters.text("approximate"))));

  private static final double SCALE = 2 * Math.sqrt(2 / Math.PI);
  private static final double CUBIC = 0.044715;

  /** The two functions that the field calls GELU. */
  public enum Approximation {
    NONE,
    TANH;

    static Approximation of(String value) {
      return switch (value) {
        case "none" -> NONE;
        case "tanh" -> TANH;
        default ->
            throw new IllegalArgumentException(
                "parameter 'approximate' of 'gelu' must be 'none' or 'tanh', got '" + value + "'");
      };
    }
  }

  private static double inner(double x) {
    return SCALE * (x + CUBIC * x * x * x);
  }

  @Override
  public ActivationDescriptor descriptor() {
    return DESCRIPTOR;
  }

  @Override
  public double value(double x) {
    return switch (approximate) {
      case NONE -> x == Double.NEGATIVE_INFINITY ? -0.0 : 0.5 * x * Erfc.value(-x / Math.sqrt(2));
      case TANH -> x == Double.NEGATIVE_INFINITY ? -0.0 : x * new Sigmoid().value(inner(x));
    };
  }

  @Override
  public double derivative(double x) {
    return switch (approximate) {
      case NONE -> {
        double density = Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
        yield 0.5 * Erfc.value(-x / Math.sqrt(2)) + (density == 0 ? 0 : x * density);
      }
      case TANH -> {
        double slope = new Sigmoid().derivative(inner(x));
        yield new Sigmoid().value(inner(x))
            + (slope == 0 ? 0 : x * slope * SCALE * (1 + 3 * CUBIC * x * x));
      }
    };
  }

  @Override
  public Lanes lanes() {
    return switch (approximate) {
      case NONE -> new GeluExactLanes();
      case TANH -> new GeluTanhLanes();
    };
  }

  @Override
  public FloatVector value(FloatVector x) {
    return lanes().value(x);
  }

  @Override
  public FloatVector derivative(FloatVector x) {
    return lanes().derivative(x);
  }

  @Override
  public DoubleVector value(DoubleVector x) {
    return lanes().value(x);
  }

  @Override
  public DoubleVector derivative(DoubleVector x) {
    return lanes().derivative(x);
  }
}

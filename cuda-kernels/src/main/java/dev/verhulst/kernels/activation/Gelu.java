package dev.verhulst.kernels.activation;

import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;

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

  @Override
  public ActivationDescriptor descriptor() {
    return DESCRIPTOR;
  }

  @Override
  public double value(double x) {
    return switch (approximate) {
      case NONE -> exact(x);
      case TANH -> GeluTanh.value(x);
    };
  }

  @Override
  public double derivative(double x) {
    return switch (approximate) {
      case NONE -> exactDerivative(x);
      case TANH -> GeluTanh.derivative(x);
    };
  }

  private static double exact(double x) {
    return x < Normal.TAIL ? Normal.tailMoment(x) : x * Normal.cumulative(x);
  }

  private static double exactDerivative(double x) {
    double density = Normal.density(x);
    return Normal.cumulative(x) + (density == 0 ? 0 : x * density);
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

package dev.verhulst.kernels.activation;

import java.util.List;

/**
 * x where it is positive, {@code slope x} elsewhere, with one slope per channel (the last
 * dimension), given as a second input.
 */
public record PRelu() implements Activation {

  static final ActivationDescriptor DESCRIPTOR =
      new ActivationDescriptor("prelu", List.of(), List.of(), parameters -> new PRelu());

  @Override
  public ActivationDescriptor descriptor() {
    return DESCRIPTOR;
  }

  /** The definition, in double. */
  public double value(double x, double slope) {
    return x > 0 ? x : slope * x;
  }

  /** The definition of the derivative dy/dx, in double. */
  public double derivative(double x, double slope) {
    return Double.isNaN(x) ? x : x > 0 ? 1 : slope;
  }
}

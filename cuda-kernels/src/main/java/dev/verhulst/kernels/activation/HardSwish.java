package dev.verhulst.kernels.activation;

import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;

/** A piecewise swish, {@code x max(0, min(1, x/6 + 1/2))}. */
public record HardSwish() implements ElementwiseActivation {

  static final ActivationDescriptor DESCRIPTOR =
      new ActivationDescriptor("hard_swish", List.of(), List.of(), parameters -> new HardSwish());

  @Override
  public ActivationDescriptor descriptor() {
    return DESCRIPTOR;
  }

  @Override
  public double value(double x) {
    return x <= -3 ? 0 * Math.signum(x) : x >= 3 ? x : x * (x + 3) / 6;
  }

  @Override
  public double derivative(double x) {
    return x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5;
  }

  @Override
  public FloatVector value(FloatVector x) {
    throw new UnsupportedOperationException("hard_swish FP32");
  }

  @Override
  public FloatVector derivative(FloatVector x) {
    throw new UnsupportedOperationException("hard_swish FP32");
  }

  @Override
  public DoubleVector value(DoubleVector x) {
    throw new UnsupportedOperationException("hard_swish FP64");
  }

  @Override
  public DoubleVector derivative(DoubleVector x) {
    throw new UnsupportedOperationException("hard_swish FP64");
  }
}

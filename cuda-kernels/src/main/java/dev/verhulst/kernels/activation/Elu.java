package dev.verhulst.kernels.activation;

import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;

/** The exponential linear unit: x where it is positive, {@code alpha expm1(x)} elsewhere. */
public record Elu(double alpha) implements ElementwiseActivation {

  static final ActivationDescriptor DESCRIPTOR =
      new ActivationDescriptor(
          "elu",
          List.of(),
          List.of(
              Parameter.number("alpha", 1, "the scale of the negative side; any finite number")),
          parameters -> new Elu(parameters.number("alpha")));

  @Override
  public ActivationDescriptor descriptor() {
    return DESCRIPTOR;
  }

  @Override
  public double value(double x) {
    return x > 0 ? x : alpha * Math.expm1(x);
  }

  @Override
  public double derivative(double x) {
    return x > 0 ? 1 : alpha * Math.exp(x);
  }

  @Override
  public FloatVector value(FloatVector x) {
    throw new UnsupportedOperationException("elu FP32");
  }

  @Override
  public FloatVector derivative(FloatVector x) {
    throw new UnsupportedOperationException("elu FP32");
  }

  @Override
  public DoubleVector value(DoubleVector x) {
    throw new UnsupportedOperationException("elu FP64");
  }

  @Override
  public DoubleVector derivative(DoubleVector x) {
    throw new UnsupportedOperationException("elu FP64");
  }
}

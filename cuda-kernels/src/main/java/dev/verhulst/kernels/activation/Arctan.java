package dev.verhulst.kernels.activation;

import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;

/** The arctangent. */
public record Arctan() implements ElementwiseActivation {

  static final ActivationDescriptor DESCRIPTOR =
      new ActivationDescriptor("arctan", List.of(), List.of(), parameters -> new Arctan());

  @Override
  public ActivationDescriptor descriptor() {
    return DESCRIPTOR;
  }

  @Override
  public double value(double x) {
    return Math.atan(x);
  }

  @Override
  public double derivative(double x) {
    return 1 / (1 + x * x);
  }

  @Override
  public FloatVector value(FloatVector x) {
    throw new UnsupportedOperationException("arctan FP32");
  }

  @Override
  public FloatVector derivative(FloatVector x) {
    throw new UnsupportedOperationException("arctan FP32");
  }

  @Override
  public DoubleVector value(DoubleVector x) {
    throw new UnsupportedOperationException("arctan FP64");
  }

  @Override
  public DoubleVector derivative(DoubleVector x) {
    throw new UnsupportedOperationException("arctan FP64");
  }
}

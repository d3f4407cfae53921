package dev.verhulst.kernels.activation;

import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;

/** The logarithm of the sigmoid, {@code -log1p(e^-x) = -softplus(-x)}. */
public record LogSigmoid() implements ElementwiseActivation {

  static final ActivationDescriptor DESCRIPTOR =
      new ActivationDescriptor("log_sigmoid", List.of(), List.of(), parameters -> new LogSigmoid());

  @Override
  public ActivationDescriptor descriptor() {
    return DESCRIPTOR;
  }

  @Override
  public double value(double x) {
    return Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)));
  }

  @Override
  public double derivative(double x) {
    return new Sigmoid().value(-x);
  }

  @Override
  public FloatVector value(FloatVector x) {

    return FloatLanes.softplus(x.neg()).neg();
  }

  @Override
  public FloatVector derivative(FloatVector x) {

    return FloatLanes.sigmoid(x.neg());
  }

  @Override
  public DoubleVector value(DoubleVector x) {
    throw new UnsupportedOperationException("log_sigmoid FP64");
  }

  @Override
  public DoubleVector derivative(DoubleVector x) {
    throw new UnsupportedOperationException("log_sigmoid FP64");
  }
}

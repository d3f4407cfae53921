package dev.verhulst.kernels.activation;

import static dev.verhulst.kernels.activation.FloatLanes.constant;

import dev.verhulst.kernels.lanes.DoubleAlgebraic;
import dev.verhulst.kernels.lanes.DoubleAtan;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

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
    double cosine = 1 / Math.hypot(1, x);
    return cosine * cosine;
  }

  @Override
  public FloatVector value(FloatVector x) {

    return x.lanewise(VectorOperators.ATAN);
  }

  @Override
  public FloatVector derivative(FloatVector x) {

    return constant(x, 1).div(x.fma(x, constant(x, 1)));
  }

  @Override
  public DoubleVector value(DoubleVector x) {
    return DoubleAtan.atan(x);
  }

  @Override
  public DoubleVector derivative(DoubleVector x) {
    return DoubleAlgebraic.arctanDerivative(x);
  }
}

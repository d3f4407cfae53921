package dev.verhulst.kernels.activation;

import dev.verhulst.kernels.lanes.DoubleTanh;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The hyperbolic tangent, {@code 2σ(2x) - 1}. */
public record Tanh() implements ElementwiseActivation {

  static final ActivationDescriptor DESCRIPTOR =
      new ActivationDescriptor("tanh", List.of(), List.of(), parameters -> new Tanh());

  @Override
  public ActivationDescriptor descriptor() {
    return DESCRIPTOR;
  }

  @Override
  public double value(double x) {
    return Math.tanh(x);
  }

  @Override
  public double derivative(double x) {
    double e = Math.exp(-2 * Math.abs(x));
    return 4 * e / ((1 + e) * (1 + e));
  }

  @Override
  public FloatVector value(FloatVector x) {

    return x.lanewise(VectorOperators.TANH);
  }

  @Override
  public FloatVector derivative(FloatVector x) {

    FloatVector y = value(x);
    return y.mul(y).neg().add(1);
  }

  @Override
  public DoubleVector value(DoubleVector x) {
    return DoubleTanh.tanh(x);
  }

  @Override
  public DoubleVector derivative(DoubleVector x) {
    return DoubleTanh.derivative(x);
  }
}

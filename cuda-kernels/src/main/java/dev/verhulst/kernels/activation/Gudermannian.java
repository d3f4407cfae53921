package dev.verhulst.kernels.activation;

import static dev.verhulst.kernels.activation.FloatLanes.constant;

import dev.verhulst.kernels.lanes.DoubleAtan;
import dev.verhulst.kernels.lanes.DoubleExp;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The Gudermannian function, {@code 2 atan(tanh(x / 2))}. */
public record Gudermannian() implements ElementwiseActivation {

  static final ActivationDescriptor DESCRIPTOR =
      new ActivationDescriptor(
          "gudermannian", List.of(), List.of(), parameters -> new Gudermannian());

  @Override
  public ActivationDescriptor descriptor() {
    return DESCRIPTOR;
  }

  @Override
  public double value(double x) {
    return 2 * Math.atan(Math.tanh(x / 2));
  }

  @Override
  public double derivative(double x) {
    double e = Math.exp(-Math.abs(x));
    return 2 * e / (1 + e * e);
  }

  @Override
  public FloatVector value(FloatVector x) {

    return x.mul(0.5f).lanewise(VectorOperators.TANH).lanewise(VectorOperators.ATAN).mul(2);
  }

  @Override
  public FloatVector derivative(FloatVector x) {

    FloatVector e = x.abs().neg().lanewise(VectorOperators.EXP);
    return e.mul(2).div(e.fma(e, constant(x, 1)));
  }

  @Override
  public DoubleVector value(DoubleVector x) {
    return DoubleAtan.gudermannian(x);
  }

  @Override
  public DoubleVector derivative(DoubleVector x) {
    return DoubleExp.sech(x);
  }
}

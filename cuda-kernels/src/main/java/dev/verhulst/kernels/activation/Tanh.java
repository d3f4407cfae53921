package dev.verhulst.kernels.activation;

import static jdk.incubator.vector.VectorOperators.NE;

import dev.verhulst.kernels.lanes.DoubleTanh;
import dev.verhulst.kernels.lanes.FloatExp;
import dev.verhulst.kernels.lanes.FloatSigmoid;
import dev.verhulst.kernels.lanes.FloatSign;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;

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
    FloatVector m = FloatExp.minusMagnitude(x, -10).mul(2);
    FloatVector shifted = FloatExp.shifted(m, 0);
    FloatVector s = FloatExp.power(shifted);
    FloatVector q = FloatExp.polynomialMinusOne(FloatExp.rest(m, FloatExp.integer(shifted, 0)));
    FloatVector u = q.mul(s);
    FloatVector y = s.neg().add(1).sub(u).div(s.add(1).add(u));
    return FloatSign.copy(y, x).blend(x, x.compare(NE, x));
  }

  @Override
  public FloatVector derivative(FloatVector x) {
    return FloatSigmoid.derivative(x.add(x)).mul(4);
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

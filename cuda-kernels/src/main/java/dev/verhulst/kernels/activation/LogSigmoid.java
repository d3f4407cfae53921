package dev.verhulst.kernels.activation;

import dev.verhulst.kernels.lanes.DoubleLog1p;
import dev.verhulst.kernels.lanes.DoubleSigmoid;
import dev.verhulst.kernels.lanes.FloatSigmoid;
import dev.verhulst.kernels.lanes.FloatSoftplus;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

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
    return FloatSoftplus.logSigmoid(x);
  }

  @Override
  public FloatVector valueToRound(FloatVector x) {
    return FloatSoftplus.shortLogSigmoid(x);
  }

  @Override
  public FloatVector derivative(FloatVector x) {
    return FloatSigmoid.value(x.neg());
  }

  @Override
  public DoubleVector value(DoubleVector x) {
    return x.blend(0, x.compare(VectorOperators.GT, 0)).sub(DoubleLog1p.ofExp(x));
  }

  @Override
  public DoubleVector derivative(DoubleVector x) {
    return DoubleSigmoid.sigmoid(x.neg());
  }
}

package dev.verhulst.kernels.activation;

import dev.verhulst.kernels.lanes.DoubleLog1p;
import dev.verhulst.kernels.lanes.DoubleSigmoid;
import dev.verhulst.kernels.lanes.FloatSigmoid;
import dev.verhulst.kernels.lanes.FloatSoftplus;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;

/** A smooth maximum of x and 0, {@code log1p(e^x)}. */
public record Softplus() implements ElementwiseActivation {

  static final ActivationDescriptor DESCRIPTOR =
      new ActivationDescriptor("softplus", List.of(), List.of(), parameters -> new Softplus());

  @Override
  public ActivationDescriptor descriptor() {
    return DESCRIPTOR;
  }

  @Override
  public double value(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  @Override
  public double derivative(double x) {
    return new Sigmoid().value(x);
  }

  @Override
  public FloatVector value(FloatVector x) {
    return FloatSoftplus.softplus(x);
  }

  @Override
  public FloatVector valueToRound(FloatVector x) {
    return FloatSoftplus.shortSoftplus(x);
  }

  @Override
  public FloatVector derivative(FloatVector x) {
    return FloatSigmoid.value(x);
  }

  @Override
  public DoubleVector value(DoubleVector x) {
    return x.blend(0, x.lt(0)).add(DoubleLog1p.ofExp(x));
  }

  @Override
  public DoubleVector derivative(DoubleVector x) {
    return DoubleSigmoid.sigmoid(x);
  }
}

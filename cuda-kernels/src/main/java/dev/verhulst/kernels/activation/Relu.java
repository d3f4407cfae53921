package dev.verhulst.kernels.activation;

import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;

import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The rectified linear unit, {@code max(0, x)}; NaN stays NaN. */
public record Relu() implements ElementwiseActivation {

  static final ActivationDescriptor DESCRIPTOR =
      new ActivationDescriptor("relu", List.of(), List.of(), parameters -> new Relu());

  @Override
  public ActivationDescriptor descriptor() {
    return DESCRIPTOR;
  }

  @Override
  public double value(double x) {
    return Math.max(0, x);
  }

  @Override
  public double derivative(double x) {
    return Double.isNaN(x) ? x : x > 0 ? 1 : 0;
  }

  @Override
  public FloatVector value(FloatVector x) {
    return x.blend(0, x.compare(LE, 0));
  }

  @Override
  public FloatVector derivative(FloatVector x) {
    return x.blend(1, x.compare(GT, 0)).blend(0, x.compare(LE, 0));
  }

  @Override
  public DoubleVector value(DoubleVector x) {
    return x.blend(0, x.compare(VectorOperators.LE, 0));
  }

  @Override
  public DoubleVector derivative(DoubleVector x) {
    return x.blend(0, x.compare(VectorOperators.LE, 0)).blend(1, x.compare(VectorOperators.GT, 0));
  }
}

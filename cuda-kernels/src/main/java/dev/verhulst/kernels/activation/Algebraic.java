package dev.verhulst.kernels.activation;

import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;

/** The algebraic sigmoid, {@code x / sqrt(1 + x²)}. */
public record Algebraic() implements ElementwiseActivation {

  static final ActivationDescriptor DESCRIPTOR =
      new ActivationDescriptor("algebraic", List.of(), List.of(), parameters -> new Algebraic());

  @Override
  public ActivationDescriptor descriptor() {
    return DESCRIPTOR;
  }

  @Override
  public double value(double x) {
    return Double.isInfinite(x) ? Math.signum(x) : x / Math.hypot(1, x);
  }

  @Override
  public double derivative(double x) {
    return 1 / Math.pow(Math.hypot(1, x), 3);
  }

  @Override
  public FloatVector value(FloatVector x) {
    throw new UnsupportedOperationException("algebraic FP32");
  }

  @Override
  public FloatVector derivative(FloatVector x) {
    throw new UnsupportedOperationException("algebraic FP32");
  }

  @Override
  public DoubleVector value(DoubleVector x) {
    throw new UnsupportedOperationException("algebraic FP64");
  }

  @Override
  public DoubleVector derivative(DoubleVector x) {
    throw new UnsupportedOperationException("algebraic FP64");
  }
}

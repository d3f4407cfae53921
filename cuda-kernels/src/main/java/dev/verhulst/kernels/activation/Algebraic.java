package dev.verhulst.kernels.activation;

import static dev.verhulst.kernels.activation.FloatLanes.constant;

import dev.verhulst.kernels.lanes.DoubleAlgebraic;
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
    double cosine = 1 / Math.hypot(1, x);
    return cosine * cosine * cosine;
  }

  @Override
  public FloatVector value(FloatVector x) {

    FloatVector clamped = x.max(-0x1p60f).min(0x1p60f);
    return clamped.div(clamped.fma(clamped, constant(x, 1)).sqrt());
  }

  @Override
  public FloatVector derivative(FloatVector x) {

    FloatVector d = x.fma(x, constant(x, 1));
    return constant(x, 1).div(d.mul(d.sqrt()));
  }

  @Override
  public DoubleVector value(DoubleVector x) {
    return DoubleAlgebraic.algebraic(x);
  }

  @Override
  public DoubleVector derivative(DoubleVector x) {
    return DoubleAlgebraic.derivative(x);
  }
}

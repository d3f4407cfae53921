package dev.verhulst.kernels.activation;

import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.NE;

import dev.verhulst.kernels.lanes.DoubleAlgebraic;
import dev.verhulst.kernels.lanes.FloatExp;
import dev.verhulst.kernels.lanes.FloatSign;
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
    FloatVector bounded = FloatSign.copy(FloatExp.minusMagnitude(x, -0x1p60f).abs(), x);
    FloatVector y = bounded.div(bounded.lanewise(FMA, bounded, 1f).sqrt());
    return y.blend(x, x.compare(NE, x));
  }

  @Override
  public FloatVector derivative(FloatVector x) {
    FloatVector r = x.broadcast(1).div(x.lanewise(FMA, x, 1f).sqrt());
    return r.mul(r).mul(r);
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

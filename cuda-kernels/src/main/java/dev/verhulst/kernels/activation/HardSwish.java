package dev.verhulst.kernels.activation;

import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LE;

import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** A piecewise swish, {@code x max(0, min(1, x/6 + 1/2))}. */
public record HardSwish() implements ElementwiseActivation {

  static final ActivationDescriptor DESCRIPTOR =
      new ActivationDescriptor("hard_swish", List.of(), List.of(), parameters -> new HardSwish());

  @Override
  public ActivationDescriptor descriptor() {
    return DESCRIPTOR;
  }

  @Override
  public double value(double x) {
    return x <= -3 ? 0 * Math.signum(x) : x >= 3 ? x : x * (x + 3) / 6;
  }

  @Override
  public double derivative(double x) {
    return x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5;
  }

  @Override
  public FloatVector value(FloatVector x) {
    FloatVector inside = x.mul(x.add(3)).div(6);
    return inside.blend(x, x.compare(GE, 3)).blend(0, x.compare(LE, -3));
  }

  @Override
  public FloatVector derivative(FloatVector x) {
    FloatVector inside = x.lanewise(FMA, 2f, 3f).mul(1 / 6f);
    return inside.blend(1, x.compare(GE, 3)).blend(0, x.compare(LE, -3));
  }

  @Override
  public DoubleVector value(DoubleVector x) {
    DoubleVector inside = x.mul(x.add(3)).div(6);
    return inside
        .blend(0, x.compare(VectorOperators.LE, -3))
        .blend(x, x.compare(VectorOperators.GE, 3));
  }

  @Override
  public DoubleVector derivative(DoubleVector x) {
    return x.div(3)
        .add(0.5)
        .blend(0, x.compare(VectorOperators.LE, -3))
        .blend(1, x.compare(VectorOperators.GE, 3));
  }
}

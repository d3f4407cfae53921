package dev.verhulst.kernels.activation;

import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The sigmoid linear unit, or swish, {@code x σ(beta x)}. */
public record Silu(double beta) implements ElementwiseActivation {

  static final ActivationDescriptor DESCRIPTOR =
      new ActivationDescriptor(
          "silu",
          List.of("swish"),
          List.of(Parameter.number("beta", 1, "the steepness; any finite number")),
          parameters -> new Silu(parameters.number("beta")));

  @Override
  public ActivationDescriptor descriptor() {
    return DESCRIPTOR;
  }

  @Override
  public double value(double x) {
    return x == Double.NEGATIVE_INFINITY && beta > 0 ? -0.0 : x * new Sigmoid().value(beta * x);
  }

  @Override
  public double derivative(double x) {
    double s = new Sigmoid().value(beta * x);
    double slope = new Sigmoid().derivative(beta * x);
    return s + (slope == 0 ? 0 : beta * x * slope);
  }

  @Override
  public FloatVector value(FloatVector x) {

    FloatVector finite = x.max(-Float.MAX_VALUE);
    return finite.mul(FloatLanes.sigmoid(finite.mul((float) beta)));
  }

  @Override
  public FloatVector derivative(FloatVector x) {

    FloatVector z = x.mul((float) beta);
    FloatVector s = FloatLanes.sigmoid(z);
    FloatVector slope = s.mul(FloatLanes.sigmoid(z.neg()));
    FloatVector rest = z.mul(slope).blend(0, slope.compare(VectorOperators.EQ, 0));
    return s.add(rest);
  }

  @Override
  public DoubleVector value(DoubleVector x) {
    throw new UnsupportedOperationException("silu FP64");
  }

  @Override
  public DoubleVector derivative(DoubleVector x) {
    throw new UnsupportedOperationException("silu FP64");
  }
}

package dev.verhulst.kernels.activation;

import dev.verhulst.kernels.lanes.DoubleSigmoid;
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

  /** Below it σ is subnormal. */
  private static final double LAST_NORMAL = -708;

  @Override
  public ActivationDescriptor descriptor() {
    return DESCRIPTOR;
  }

  @Override
  public double value(double x) {
    if (beta * x < LAST_NORMAL) {
      // σ is subnormal here; x times it need not be. σ = e^(beta x) as a product of two.
      double root = Math.exp(0.5 * beta * x);
      return root == 0 ? Math.copySign(0, x) : x * root * root * (1 + lost(x));
    }
    return x * sigmoid(x);
  }

  @Override
  public double derivative(double x) {
    double s = sigmoid(x);
    double slope = s * sigmoid(-x);
    return s + (slope == 0 || beta == 0 ? 0 : beta * x * slope);
  }

  /** σ(beta x). */
  private double sigmoid(double x) {
    double s = new Sigmoid().value(beta == 0 ? 0 : beta * x);
    return s * (1 + lost(x) * (1 - s));
  }

  /** What rounding takes from beta x: in the tail it counts in full. */
  private double lost(double x) {
    double product = beta * x;
    return Math.abs(product) < 1000 ? Math.fma(beta, x, -product) : 0;
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
    return DoubleSigmoid.silu(x, beta);
  }

  @Override
  public DoubleVector derivative(DoubleVector x) {
    return DoubleSigmoid.siluDerivative(x, beta);
  }
}

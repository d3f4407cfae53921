package dev.verhulst.kernels.activation;

import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.NE;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.lanes.DoubleSigmoid;
import dev.verhulst.kernels.lanes.FloatExp;
import dev.verhulst.kernels.lanes.FloatSigmoidTail;
import dev.verhulst.kernels.lanes.FloatSign;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

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
  public ElementwiseActivation in(DataType dataType) {
    return dataType == DataType.FP64 || beta == (float) beta
        ? this
        : new Silu(Parameter.nearestFloat(name(), "beta", beta));
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
    return Double.isNaN(x) ? x : s + (slope == 0 || beta == 0 ? 0 : beta * x * slope);
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
    FloatVector z = x.mul((float) beta);
    FloatVector low = x.lanewise(FMA, (float) beta, z.neg());
    FloatVector m = FloatExp.minusMagnitude(z, -128);
    low = FloatSign.multiply(low, z).neg();
    FloatVector shifted = FloatSigmoidTail.shifted(m);
    FloatVector r = FloatExp.rest(m, low, FloatExp.integer(shifted, 64));
    FloatVector h = FloatSigmoidTail.value(x, shifted, r);
    VectorMask<Float> positive = z.compare(GT, 0);
    h = h.blend(h.neg(), positive).blend(0, z.abs().compare(GE, 128));
    FloatVector y = h.lanewise(FMA, 0x1p-64f, x.broadcast(0).blend(x, positive));
    return y.blend(x, x.compare(NE, x));
  }

  @Override
  public FloatVector derivative(FloatVector x) {
    FloatVector z = x.mul((float) beta);
    FloatVector y = SiluLanes.slope(z).blend(0.5f, z.compare(NE, z));
    return y.blend(x, x.compare(NE, x));
  }

  @Override
  public DoubleVector value(DoubleVector x) {
    return DoubleSigmoid.silu(x, beta);
  }

  @Override
  public DoubleVector derivative(DoubleVector x) {
    return DoubleSigmoid.siluDerivative(x, beta);
  }

  @Override
  public Lanes lanes() {
    return beta == 1
        ? new SiluLanes()
        : Math.abs(beta) < FlatSiluLanes.LARGEST_BETA ? new FlatSiluLanes(beta) : this;
  }
}

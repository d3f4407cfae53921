package dev.verhulst.kernels.activation;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.lanes.DoubleLogit;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/**
 * The inverse of the sigmoid, {@code log(p / (1 - p))}, for p in [0, 1]: infinite at both ends, NaN
 * outside.
 *
 * @param eps where set, p is clamped to [eps, 1 - eps] first; the derivative is 0 where it was
 *     clamped
 */
public record Logit(@Nullable Double eps) implements ElementwiseActivation {

  static final ActivationDescriptor DESCRIPTOR =
      new ActivationDescriptor(
          "logit",
          List.of(),
          List.of(
              Parameter.optionalNumber(
                  "eps", "clamps p to [eps, 1 - eps]; between 0 and 0.5, not set by default")),
          parameters -> new Logit(parameters.optionalNumber("eps")));

  public Logit {
    if (eps != null && !(eps > 0 && eps < 0.5)) {
      throw new IllegalArgumentException(
          "parameter 'eps' of 'logit' must be between 0 and 0.5, got " + eps);
    }
  }

  private static double logit(double p) {
    // Near 1/2 as 2 atanh(2p - 1), whose argument is exact.
    double u = 2 * p - 1;
    return Math.abs(u) < 0.4 ? Math.log1p(u) - Math.log1p(-u) : Math.log(p) - Math.log1p(-p);
  }

  @Override
  public ActivationDescriptor descriptor() {
    return DESCRIPTOR;
  }

  /** A clamp stays one: in FP32 eps is neither 0 nor 0.5. */
  @Override
  public ElementwiseActivation in(DataType dataType) {
    if (eps == null || dataType == DataType.FP64 || eps == eps.floatValue()) {
      return this;
    }
    return new Logit((double) Math.clamp(eps.floatValue(), Float.MIN_VALUE, Math.nextDown(0.5f)));
  }

  @Override
  public double value(double x) {
    if (eps == null) {
      return logit(x);
    }
    // 1 - eps itself may round to 1, and then it would no longer clamp.
    return x < eps ? logit(eps) : 1 - x < eps ? -logit(eps) : logit(x);
  }

  @Override
  public double derivative(double x) {
    if (eps != null && (x < eps || 1 - x < eps)) {
      return 0;
    }
    // At either zero as just above it.
    return x < 0 || x > 1 ? Double.NaN : 1 / Math.abs(x * (1 - x));
  }

  @Override
  public FloatVector value(FloatVector x) {
    return lanes().value(x);
  }

  @Override
  public FloatVector derivative(FloatVector x) {
    return lanes().derivative(x);
  }

  @Override
  public DoubleVector value(DoubleVector x) {
    return DoubleLogit.logit(x, eps == null ? Double.NaN : eps);
  }

  @Override
  public DoubleVector derivative(DoubleVector x) {
    return DoubleLogit.derivative(x, eps == null ? Double.NaN : eps);
  }

  @Override
  public Lanes lanes() {
    return eps == null ? new LogitLanes() : ClampedLogitLanes.of(this, eps);
  }
}

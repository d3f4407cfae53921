package dev.verhulst.kernels.activation;

import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.verhulst.kernels.lanes.DoubleLogit;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;

/**
 * {@code log(p / (1 - p))} over SIMD lanes, with p clamped to [eps, 1 - eps].
 *
 * @param eps the lower end
 * @param lower the first FP32 number that is not below the lower end
 * @param upper the last FP32 number that is not above the upper end
 * @param limit the value at the upper end; at the lower it is its negative
 */
public record ClampedLogitLanes(double eps, float lower, float upper, float limit)
    implements Lanes {

  static ClampedLogitLanes of(Logit logit, double eps) {
    float lower = (float) eps;
    float upper = (float) (1 - eps);
    while (1 - upper < eps) {
      upper = Math.nextDown(upper);
    }
    return new ClampedLogitLanes(
        eps, lower < eps ? Math.nextUp(lower) : lower, upper, (float) logit.value(1.0));
  }

  @Override
  public FloatVector value(FloatVector x) {
    return LogitLanes.logit(x)
        .blend(-limit, x.compare(LT, lower))
        .blend(limit, x.compare(GT, upper));
  }

  @Override
  public FloatVector derivative(FloatVector x) {
    return LogitLanes.slope(x).blend(0, x.compare(LT, lower)).blend(0, x.compare(GT, upper));
  }

  @Override
  public DoubleVector value(DoubleVector x) {
    return DoubleLogit.logit(x, eps);
  }

  @Override
  public DoubleVector derivative(DoubleVector x) {
    return DoubleLogit.derivative(x, eps);
  }
}

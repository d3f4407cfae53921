package dev.verhulst.kernels.activation;

import static dev.verhulst.kernels.activation.FloatLanes.constant;

import dev.verhulst.kernels.lanes.DoubleGeluTanh;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;

/** {@code x σ(2 √(2/π) (x + 0.044715 x³))} over SIMD lanes. */
public record GeluTanhLanes() implements Lanes {

  private static final float SCALE = 1.5957691216f;
  private static final float CUBIC = 0.044715f;

  private static FloatVector inner(FloatVector x) {
    return x.mul(x.mul(x).fma(constant(x, CUBIC * SCALE), constant(x, SCALE)));
  }

  @Override
  public FloatVector value(FloatVector x) {
    FloatVector finite = x.max(-20);
    return finite.mul(FloatLanes.sigmoid(inner(finite)));
  }

  @Override
  public FloatVector derivative(FloatVector x) {
    FloatVector finite = x.max(-20).min(20);
    FloatVector z = inner(finite);
    FloatVector s = FloatLanes.sigmoid(z);
    FloatVector slope = s.mul(FloatLanes.sigmoid(z.neg()));
    FloatVector innerSlope =
        finite.mul(finite).fma(constant(x, 3 * CUBIC * SCALE), constant(x, SCALE));
    return finite.mul(slope).fma(innerSlope, s);
  }

  @Override
  public DoubleVector value(DoubleVector x) {
    return DoubleGeluTanh.value(x);
  }

  @Override
  public DoubleVector derivative(DoubleVector x) {
    return DoubleGeluTanh.derivative(x);
  }
}

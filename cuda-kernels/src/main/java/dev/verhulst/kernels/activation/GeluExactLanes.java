package dev.verhulst.kernels.activation;

import dev.verhulst.kernels.lanes.DoubleErf;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** {@code x Φ(x)} over SIMD lanes. */
public record GeluExactLanes() implements Lanes {

  @Override
  public FloatVector value(FloatVector x) {
    FloatVector finite = x.max(-20);
    FloatVector phi = FloatLanes.erf(finite.mul(0x1.6a09e6p-1f)).mul(0.5f).add(0.5f);
    return finite.mul(phi);
  }

  @Override
  public FloatVector derivative(FloatVector x) {
    FloatVector finite = x.max(-20).min(20);
    FloatVector phi = FloatLanes.erf(finite.mul(0x1.6a09e6p-1f)).mul(0.5f).add(0.5f);
    FloatVector density =
        finite.mul(finite).mul(-0.5f).lanewise(VectorOperators.EXP).mul(0.398942280f);
    return finite.fma(density, phi);
  }

  @Override
  public DoubleVector value(DoubleVector x) {
    return DoubleErf.gelu(x);
  }

  @Override
  public DoubleVector derivative(DoubleVector x) {
    return DoubleErf.geluDerivative(x);
  }
}

package dev.verhulst.kernels.activation;

import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.LE;

import dev.verhulst.kernels.lanes.DoubleSigmoid;
import dev.verhulst.kernels.lanes.FloatExp;
import dev.verhulst.kernels.lanes.FloatSigmoidTail;
import dev.verhulst.kernels.lanes.FloatSign;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;

/** {@code x σ(x)} over SIMD lanes. */
public record SiluLanes() implements Lanes {

  @Override
  public FloatVector value(FloatVector x) {
    FloatVector m = FloatExp.minusMagnitude(x, -128);
    FloatVector shifted = FloatSigmoidTail.shifted(m);
    FloatVector r = FloatExp.rest(m, FloatExp.integer(shifted, 64));
    FloatVector h = FloatSigmoidTail.value(m, shifted, r);
    return h.lanewise(FMA, 0x1p-64f, x.blend(0, x.compare(LE, 0)));
  }

  @Override
  public FloatVector derivative(FloatVector x) {
    return slope(x);
  }

  /** σ(x) (1 + x σ(-x)), at -|x| and mirrored: what is missing to 1 for x above 0. */
  static FloatVector slope(FloatVector x) {
    FloatVector m = FloatExp.minusMagnitude(x, -128);
    FloatVector shifted = FloatExp.shifted(m, 64);
    FloatVector scaled =
        FloatExp.polynomial(FloatExp.rest(m, FloatExp.integer(shifted, 64)))
            .mul(FloatExp.power(shifted));
    FloatVector e = scaled.mul(0x1p-64f);
    FloatVector d = e.add(1);
    FloatVector h = scaled.mul(d.add(m)).div(d.mul(d)).mul(0x1p-64f);
    return FloatSign.mirror(h, x);
  }

  @Override
  public DoubleVector value(DoubleVector x) {
    return DoubleSigmoid.silu(x, 1);
  }

  @Override
  public DoubleVector derivative(DoubleVector x) {
    return DoubleSigmoid.siluDerivative(x, 1);
  }
}

package dev.verhulst.kernels.activation;

import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;

import dev.verhulst.kernels.lanes.DoubleErf;
import dev.verhulst.kernels.lanes.FloatExp;
import dev.verhulst.kernels.lanes.FloatSign;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;

/** {@code x Φ(x)} over SIMD lanes. */
public record GeluExactLanes() implements Lanes {

  @Override
  public FloatVector value(FloatVector x) {
    FloatVector b = FloatExp.minusMagnitude(x, -15);
    FloatVector square = b.mul(b);
    FloatVector c = square.lanewise(FMA, 0x1.e9ba44p-22f, -0x1.2ccdb4p-17f);
    c = c.lanewise(FMA, square, 0x1.e1c8fap-14f);
    c = c.lanewise(FMA, square, -0x1.372876p-10f);
    c = c.lanewise(FMA, square, 0x1.46cf5ap-7f);
    c = c.lanewise(FMA, square, -0x1.105834p-4f);
    c = c.lanewise(FMA, square, -0x1.8f69d4p-27f);
    FloatVector small = c.fma(b, b.lanewise(FMA, 0x1.988454p-2f, 0.5f)).mul(b.mul(-0x1p64f));

    FloatVector m = square.mul(-0.5f);
    FloatVector low = b.fma(b, square.neg()).mul(-0.5f);
    FloatVector shifted = FloatExp.shifted(m, 64);
    FloatVector q =
        FloatExp.polynomialMinusOne(FloatExp.rest(m, low, FloatExp.integer(shifted, 64)));
    FloatVector u = b.broadcast(1).div(b.lanewise(FMA, b, 2.5f));
    FloatVector g = u.lanewise(FMA, -0x1.ce5eb4p10f, 0x1.e758aap10f);
    g = g.lanewise(FMA, u, -0x1.ee729ep9f);
    g = g.lanewise(FMA, u, 0x1.2b6cbap8f);
    g = g.lanewise(FMA, u, -0x1.0be1aap6f);
    g = g.lanewise(FMA, u, 0x1.5afe7ap3f);
    g = g.lanewise(FMA, u, -0x1.36ac28p1f);
    g = g.lanewise(FMA, u, 0x1.9657d4p-3f);
    g = g.lanewise(FMA, u, -0x1.988242p-2f);
    g = g.lanewise(FMA, u, 0x1.988452p-2f);
    FloatVector large = q.fma(g, g).mul(FloatExp.power(shifted));
    FloatVector h = large.blend(small, b.compare(GT, -1.25f));
    return h.lanewise(FMA, -0x1p-64f, x.blend(0, x.compare(LE, 0)));
  }

  @Override
  public FloatVector derivative(FloatVector x) {
    FloatVector b = FloatExp.minusMagnitude(x, -15);
    FloatVector half = b.mul(-0.5f);
    FloatVector m = b.mul(half);
    FloatVector low = b.fma(half, m.neg());
    FloatVector shifted = FloatExp.shifted(m, 64);
    FloatVector r = FloatExp.rest(m, low, FloatExp.integer(shifted, 64));
    FloatVector e = FloatExp.polynomial(r).mul(FloatExp.power(shifted));
    FloatVector t = b.broadcast(1).div(b.neg().add(3.5f));
    FloatVector h = b.lanewise(FMA, 0x1.988454p-2f, ratio(t).mul(t)).mul(e).mul(0x1p-64f);
    return FloatSign.mirror(h, x);
  }

  @Override
  public DoubleVector value(DoubleVector x) {
    return DoubleErf.gelu(x);
  }

  @Override
  public DoubleVector derivative(DoubleVector x) {
    return DoubleErf.geluDerivative(x);
  }

  /** Φ(-z) / e^(-z²/2) (z + 3.5) for t = 1 / (z + 3.5). */
  private static FloatVector ratio(FloatVector t) {
    FloatVector p = t.lanewise(FMA, -0x1.16a9acp12f, 0x1.fe1c06p12f);
    p = p.lanewise(FMA, t, -0x1.60c394p12f);
    p = p.lanewise(FMA, t, 0x1.a8aed6p10f);
    p = p.lanewise(FMA, t, -0x1.e99336p7f);
    p = p.lanewise(FMA, t, 0x1.102494p6f);
    p = p.lanewise(FMA, t, 0x1.4333cp3f);
    p = p.lanewise(FMA, t, 0x1.2801d2p2f);
    p = p.lanewise(FMA, t, 0x1.647b6p0f);
    return p.lanewise(FMA, t, 0x1.989038p-2f);
  }
}

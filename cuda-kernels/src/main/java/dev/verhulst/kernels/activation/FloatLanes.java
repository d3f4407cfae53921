package dev.verhulst.kernels.activation;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** What the FP32 lanes share. */
final class FloatLanes {

  private static final int BITS_OF_60 = 0x42700000;
  private static final int BITS_OF_104 = 0x42D00000;
  private static final int BITS_OF_MINUS_104 = 0xC2D00000;
  private static final float SIGMOID_MAGIC = 0x1.8p23f + 103f;
  private static final float SOFTPLUS_MAGIC = 0x1.8p23f + 151f;

  private FloatLanes() {}

  /** A constant in every lane. */
  static FloatVector constant(FloatVector like, float value) {
    return FloatVector.broadcast(like.species(), value);
  }

  /** The logistic sigmoid. */
  static FloatVector sigmoid(FloatVector x) {

    FloatVector clamped =
        x.reinterpretAsInts()
            .min(BITS_OF_60)
            .lanewise(VectorOperators.UMIN, BITS_OF_MINUS_104)
            .reinterpretAsFloats();
    FloatVector t = clamped.fma(constant(x, -0x1.715476p0f), constant(x, SIGMOID_MAGIC));
    FloatVector s = t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
    t = t.sub(SIGMOID_MAGIC);
    FloatVector r = t.fma(constant(x, 0x1.62e430p-1f), clamped);
    r = t.fma(constant(x, -0x1.05c610p-29f), r);
    FloatVector p = constant(x, 0x1.6ac74cp-34f).fma(r, constant(x, 0x1.123de0p-31f));
    p = p.fma(r, constant(x, 0x1.555858p-29f));
    p = p.fma(r, constant(x, 0x1.55548cp-27f));
    p = p.fma(r, constant(x, 0x1.fffffcp-26f));
    p = p.fma(r, constant(x, 0x1p-24f));
    p = p.fma(r, constant(x, 0x1p-24f));
    FloatVector y = p.div(p.add(s));
    return y.blend(x, x.test(VectorOperators.IS_NAN));
  }

  /** A smooth maximum of x and 0, {@code log1p(e^x)}. */
  static FloatVector softplus(FloatVector x) {

    FloatVector a = x.abs().reinterpretAsInts().min(BITS_OF_104).reinterpretAsFloats();
    FloatVector t = a.fma(constant(x, -0x1.715476p0f), constant(x, SOFTPLUS_MAGIC));
    FloatVector s = t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
    t = t.sub(SOFTPLUS_MAGIC);
    FloatVector r = t.fma(constant(x, 0x1.62e430p-1f), a);
    r = t.fma(constant(x, -0x1.05c610p-29f), r);
    FloatVector p = constant(x, 0x1.6ac74cp-34f).fma(r, constant(x, -0x1.123de0p-31f));
    p = p.fma(r, constant(x, 0x1.555858p-29f));
    p = p.fma(r, constant(x, -0x1.55548cp-27f));
    p = p.fma(r, constant(x, 0x1.fffffcp-26f));
    p = p.fma(r, constant(x, -0x1p-24f));
    p = p.fma(r, constant(x, 0x1p-24f));
    FloatVector e = p.mul(s);
    FloatVector q = constant(x, 0x1.5fa142p-8f).fma(e, constant(x, -0x1.eca3dap-6f));
    q = q.fma(e, constant(x, 0x1.447088p-4f));
    q = q.fma(e, constant(x, -0x1.19af90p-3f));
    q = q.fma(e, constant(x, 0x1.884554p-3f));
    q = q.fma(e, constant(x, -0x1.fd1368p-3f));
    q = q.fma(e, constant(x, 0x1.5535dep-2f));
    q = q.fma(e, constant(x, -0x1.ffff14p-2f));
    FloatVector log1p = q.mul(e).fma(e, e);
    return log1p.add(x.blend(0, x.compare(VectorOperators.LE, 0)));
  }

  /** The error function. */
  static FloatVector erf(FloatVector x) {

    FloatVector t = x.abs();
    FloatVector s = x.mul(x);
    FloatVector r = constant(x, -1.72853470e-5f).fma(t, constant(x, 3.83197126e-4f));
    FloatVector u = constant(x, -3.88396438e-3f).fma(t, constant(x, 2.42546219e-2f));
    r = r.fma(s, u);
    r = r.fma(t, constant(x, -1.06777877e-1f));
    r = r.fma(t, constant(x, -6.34846687e-1f));
    r = r.fma(t, constant(x, -1.28717512e-1f));
    r = r.fma(t, t.neg()).max(-100);
    FloatVector large = constant(x, 1).sub(r.lanewise(VectorOperators.EXP));
    FloatVector sign =
        x.blend(1, x.compare(VectorOperators.GT, 0)).blend(-1, x.compare(VectorOperators.LT, 0));
    FloatVector p = constant(x, -5.96761703e-4f).fma(s, constant(x, 4.99119423e-3f));
    p = p.fma(s, constant(x, -2.67681349e-2f));
    p = p.fma(s, constant(x, 1.12819925e-1f));
    p = p.fma(s, constant(x, -3.76125336e-1f));
    p = p.fma(s, constant(x, 1.28379166e-1f));
    return p.fma(x, x).blend(large.mul(sign), t.compare(VectorOperators.GT, 0.927734375f));
  }
}

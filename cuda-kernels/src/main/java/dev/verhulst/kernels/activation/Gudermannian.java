package dev.verhulst.kernels.activation;

import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.NE;

import dev.verhulst.kernels.lanes.DoubleAtan;
import dev.verhulst.kernels.lanes.DoubleExp;
import dev.verhulst.kernels.lanes.FloatExp;
import dev.verhulst.kernels.lanes.FloatSign;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;

/** The Gudermannian function, {@code 2 atan(tanh(x / 2))}. */
public record Gudermannian() implements ElementwiseActivation {

  static final ActivationDescriptor DESCRIPTOR =
      new ActivationDescriptor(
          "gudermannian", List.of(), List.of(), parameters -> new Gudermannian());

  private static final float HALF_PI = 0x1.921fb6p0f;
  private static final float HALF_PI_LOW = -0x1.777a5cp-25f;

  @Override
  public ActivationDescriptor descriptor() {
    return DESCRIPTOR;
  }

  @Override
  public double value(double x) {
    return 2 * Math.atan(Math.tanh(x / 2));
  }

  @Override
  public double derivative(double x) {
    double e = Math.exp(-Math.abs(x));
    return 2 * e / (1 + e * e);
  }

  @Override
  public FloatVector value(FloatVector x) {
    FloatVector z = x.mul(x);
    FloatVector p = z.lanewise(FMA, 0x1.bfb44p-13f, -0x1.212adep-10f);
    p = p.lanewise(FMA, z, 0x1.ebe8dap-9f);
    p = p.lanewise(FMA, z, -0x1.8c2b7ep-7f);
    p = p.lanewise(FMA, z, 0x1.5552bap-5f);
    p = p.lanewise(FMA, z, -0x1.55555p-3f);
    FloatVector small = p.mul(z).fma(x, x);

    FloatVector m = FloatExp.minusMagnitude(x, -40);
    FloatVector shifted = FloatExp.shifted(m, 1);
    FloatVector r = FloatExp.rest(m, FloatExp.integer(shifted, 1));
    FloatVector f = FloatExp.polynomial(r).mul(FloatExp.power(shifted));
    z = f.mul(f);
    p = z.lanewise(FMA, -0x1.d1acfcp-15f, 0x1.ab577cp-12f);
    p = p.lanewise(FMA, z, -0x1.23400ep-9f);
    p = p.lanewise(FMA, z, 0x1.998b48p-7f);
    p = p.lanewise(FMA, z, -0x1.55553cp-4f);
    FloatVector low = p.mul(z).lanewise(FMA, f, -HALF_PI_LOW);
    FloatVector large = low.add(f).neg().add(HALF_PI);
    return small.blend(FloatSign.copy(large, x), x.abs().compare(GT, 0.8f));
  }

  @Override
  public FloatVector derivative(FloatVector x) {
    FloatVector m = FloatExp.minusMagnitude(x, -106);
    FloatVector shifted = FloatExp.shifted(m, 64);
    FloatVector r = FloatExp.rest(m, FloatExp.integer(shifted, 64));
    FloatVector scaled = FloatExp.polynomial(r).mul(FloatExp.power(shifted));
    FloatVector e = scaled.mul(0x1p-64f);
    FloatVector y = scaled.div(e.lanewise(FMA, e, 1f)).mul(0x1p-63f);
    return y.blend(x, x.compare(NE, x));
  }

  @Override
  public DoubleVector value(DoubleVector x) {
    return DoubleAtan.gudermannian(x);
  }

  @Override
  public DoubleVector derivative(DoubleVector x) {
    return DoubleExp.sech(x);
  }
}

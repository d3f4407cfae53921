package dev.verhulst.kernels.activation;

import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GT;

import dev.verhulst.kernels.lanes.DoubleAlgebraic;
import dev.verhulst.kernels.lanes.DoubleAtan;
import dev.verhulst.kernels.lanes.FloatSign;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** The arctangent. */
public record Arctan() implements ElementwiseActivation {

  static final ActivationDescriptor DESCRIPTOR =
      new ActivationDescriptor("arctan", List.of(), List.of(), parameters -> new Arctan());

  private static final float HALF_PI = 0x1.921fb6p0f;
  private static final float HALF_PI_LOW = -0x1.777a5cp-25f;

  @Override
  public ActivationDescriptor descriptor() {
    return DESCRIPTOR;
  }

  @Override
  public double value(double x) {
    return Math.atan(x);
  }

  @Override
  public double derivative(double x) {
    double cosine = 1 / Math.hypot(1, x);
    return cosine * cosine;
  }

  @Override
  public FloatVector value(FloatVector x) {
    FloatVector a = x.abs();
    VectorMask<Float> large = a.compare(GT, 1);
    FloatVector t = a.blend(a.broadcast(1).div(a), large);
    FloatVector z = t.mul(t);
    FloatVector p = z.lanewise(FMA, -0x1.d5a1aap-10f, 0x1.6551e2p-7f);
    p = p.lanewise(FMA, z, -0x1.fe7d24p-6f);
    p = p.lanewise(FMA, z, 0x1.da9c2ep-5f);
    p = p.lanewise(FMA, z, -0x1.5825f2p-4f);
    p = p.lanewise(FMA, z, 0x1.c0946cp-4f);
    p = p.lanewise(FMA, z, -0x1.24211ap-3f);
    p = p.lanewise(FMA, z, 0x1.9991ecp-3f);
    p = p.lanewise(FMA, z, -0x1.55553ep-2f);
    FloatVector tail = t.mul(z).mul(p);
    FloatVector beyond = t.neg().add(tail.neg().add(HALF_PI_LOW)).add(HALF_PI);
    return FloatSign.copy(tail.add(t).blend(beyond, large), x);
  }

  @Override
  public FloatVector derivative(FloatVector x) {
    return x.broadcast(1).div(x.lanewise(FMA, x, 1f));
  }

  @Override
  public DoubleVector value(DoubleVector x) {
    return DoubleAtan.atan(x);
  }

  @Override
  public DoubleVector derivative(DoubleVector x) {
    return DoubleAlgebraic.arctanDerivative(x);
  }
}

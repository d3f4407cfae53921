package dev.verhulst.kernels.activation;

import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.NE;

import dev.verhulst.kernels.lanes.DoubleErf;
import dev.verhulst.kernels.lanes.FloatExp;
import dev.verhulst.kernels.lanes.FloatSign;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import org.apache.commons.numbers.gamma.Erf;

/** The error function. */
public record ErrorFunction() implements ElementwiseActivation {

  static final ActivationDescriptor DESCRIPTOR =
      new ActivationDescriptor("erf", List.of(), List.of(), parameters -> new ErrorFunction());

  @Override
  public ActivationDescriptor descriptor() {
    return DESCRIPTOR;
  }

  @Override
  public double value(double x) {
    return Erf.value(x);
  }

  @Override
  public double derivative(double x) {
    // What x² loses to rounding matters in the tail: there it is up to 1e-13 of e^-x².
    double square = x * x;
    double lost = square < Double.MAX_VALUE ? Math.fma(x, x, -square) : 0;
    return 2 / Math.sqrt(Math.PI) * Math.exp(-square) * (1 - lost);
  }

  @Override
  public FloatVector value(FloatVector x) {
    FloatVector z = x.mul(x);
    FloatVector p = z.lanewise(FMA, 0x1.5bd58cp-14f, -0x1.a9e392p-11f);
    p = p.lanewise(FMA, z, 0x1.54bb3ap-8f);
    p = p.lanewise(FMA, z, -0x1.b80cdap-6f);
    p = p.lanewise(FMA, z, 0x1.ce2decp-4f);
    p = p.lanewise(FMA, z, -0x1.812742p-2f);
    p = p.lanewise(FMA, z, 0x1.06eba8p-3f);
    FloatVector small = p.fma(x, x);

    FloatVector t = FloatExp.minusMagnitude(x, -4);
    FloatVector f = t.lanewise(FMA, 0x1.997c48p-21f, 0x1.efeb54p-16f);
    f = f.lanewise(FMA, t, 0x1.e74c6ep-12f);
    f = f.lanewise(FMA, t, 0x1.119bb8p-8f);
    f = f.lanewise(FMA, t, 0x1.974ab6p-6f);
    f = f.lanewise(FMA, t, 0x1.b85784p-4f);
    f = f.lanewise(FMA, t, -0x1.44cd7ap-1f);
    f = f.lanewise(FMA, t, 0x1.07dd4ep-3f);
    f = f.fma(t, t);
    FloatVector shifted = FloatExp.shifted(f, 0);
    FloatVector r = FloatExp.rest(f, FloatExp.integer(shifted, 0));
    FloatVector erfc = FloatExp.polynomial(r).mul(FloatExp.power(shifted));
    return small.blend(FloatSign.copy(erfc.neg().add(1), x), x.abs().compare(GT, 0.93f));
  }

  @Override
  public FloatVector derivative(FloatVector x) {
    FloatVector b = FloatExp.minusMagnitude(x, -10.5f);
    FloatVector m = b.mul(b).neg();
    FloatVector shifted = FloatExp.shifted(m, 64);
    FloatVector r = FloatExp.rest(m, b.fma(b, m).neg(), FloatExp.integer(shifted, 64));
    FloatVector y = FloatExp.polynomial(r).mul(0x1.20dd76p0f);
    y = y.mul(FloatExp.power(shifted)).mul(0x1p-64f);
    return y.blend(x, x.compare(NE, x));
  }

  @Override
  public DoubleVector value(DoubleVector x) {
    return DoubleErf.erf(x);
  }

  @Override
  public DoubleVector derivative(DoubleVector x) {
    return DoubleErf.erfDerivative(x);
  }
}

package dev.verhulst.kernels.activation;

import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.NE;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.lanes.DoubleExp;
import dev.verhulst.kernels.lanes.DoubleExpm1;
import dev.verhulst.kernels.lanes.FloatExp;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The exponential linear unit: x where it is positive, {@code alpha expm1(x)} elsewhere. */
public record Elu(double alpha) implements ElementwiseActivation {

  static final ActivationDescriptor DESCRIPTOR =
      new ActivationDescriptor(
          "elu",
          List.of(),
          List.of(
              Parameter.number("alpha", 1, "the scale of the negative side; any finite number")),
          parameters -> new Elu(parameters.number("alpha")));

  @Override
  public ActivationDescriptor descriptor() {
    return DESCRIPTOR;
  }

  @Override
  public ElementwiseActivation in(DataType dataType) {
    return dataType == DataType.FP64 || alpha == (float) alpha
        ? this
        : new Elu(Parameter.nearestFloat(name(), "alpha", alpha));
  }

  @Override
  public double value(double x) {
    return x > 0 ? x : alpha * Math.expm1(x);
  }

  @Override
  public double derivative(double x) {
    return x > 0 ? 1 : alpha * Math.exp(x);
  }

  @Override
  public FloatVector value(FloatVector x) {
    FloatVector m = FloatExp.atLeast(x, -26);
    FloatVector shifted = FloatExp.shifted(m, 0);
    FloatVector s = FloatExp.power(shifted);
    FloatVector q = FloatExp.polynomialMinusOne(FloatExp.rest(m, FloatExp.integer(shifted, 0)));
    FloatVector y = q.fma(s, s.sub(1)).mul((float) alpha);
    return x.blend(y, x.compare(LE, 0));
  }

  @Override
  public FloatVector derivative(FloatVector x) {
    FloatVector m = FloatExp.atLeast(x, -104);
    FloatVector shifted = FloatExp.shifted(m, 64);
    FloatVector r = FloatExp.rest(m, FloatExp.integer(shifted, 64));
    FloatVector y = FloatExp.polynomial(r).mul(FloatExp.power(shifted)).mul(0x1p-64f);
    y = y.mul((float) alpha).blend(1, x.compare(GT, 0));
    return y.blend(x, x.compare(NE, x));
  }

  @Override
  public DoubleVector value(DoubleVector x) {
    return DoubleExpm1.expm1(x).mul(alpha).blend(x, x.compare(VectorOperators.GT, 0));
  }

  @Override
  public DoubleVector derivative(DoubleVector x) {
    return DoubleExp.exp(x).mul(alpha).blend(1, x.compare(VectorOperators.GT, 0));
  }
}

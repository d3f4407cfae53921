package dev.verhulst.kernels.activation;

import dev.verhulst.kernels.lanes.DoubleExp;
import dev.verhulst.kernels.lanes.DoubleExpm1;
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
  public double value(double x) {
    return x > 0 ? x : alpha * Math.expm1(x);
  }

  @Override
  public double derivative(double x) {
    return x > 0 ? 1 : alpha * Math.exp(x);
  }

  @Override
  public FloatVector value(FloatVector x) {

    FloatVector negative = x.lanewise(VectorOperators.EXPM1).mul((float) alpha);
    return x.blend(negative, x.compare(VectorOperators.LE, 0));
  }

  @Override
  public FloatVector derivative(FloatVector x) {

    FloatVector negative = x.lanewise(VectorOperators.EXP).mul((float) alpha);
    return negative.blend(1, x.compare(VectorOperators.GT, 0));
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

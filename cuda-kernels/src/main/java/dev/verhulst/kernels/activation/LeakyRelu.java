package dev.verhulst.kernels.activation;

import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;

import dev.verhulst.kernels.DataType;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** x where it is positive, {@code alpha x} elsewhere. */
public record LeakyRelu(double alpha) implements ElementwiseActivation {

  static final ActivationDescriptor DESCRIPTOR =
      new ActivationDescriptor(
          "leaky_relu",
          List.of(),
          List.of(
              Parameter.number("alpha", 0.01, "the slope of the negative side; any finite number")),
          parameters -> new LeakyRelu(parameters.number("alpha")));

  @Override
  public ActivationDescriptor descriptor() {
    return DESCRIPTOR;
  }

  @Override
  public ElementwiseActivation in(DataType dataType) {
    return dataType == DataType.FP64 || alpha == (float) alpha
        ? this
        : new LeakyRelu(Parameter.nearestFloat(name(), "alpha", alpha));
  }

  @Override
  public double value(double x) {
    return x > 0 ? x : alpha * x;
  }

  @Override
  public double derivative(double x) {
    return Double.isNaN(x) ? x : x > 0 ? 1 : alpha;
  }

  @Override
  public FloatVector value(FloatVector x) {
    return x.blend(x.mul((float) alpha), x.compare(LE, 0));
  }

  @Override
  public FloatVector derivative(FloatVector x) {
    return x.blend((float) alpha, x.compare(LE, 0)).blend(1, x.compare(GT, 0));
  }

  @Override
  public DoubleVector value(DoubleVector x) {
    return x.mul(alpha).blend(x, x.compare(VectorOperators.GT, 0));
  }

  @Override
  public DoubleVector derivative(DoubleVector x) {
    return x.blend(alpha, x.compare(VectorOperators.LE, 0))
        .blend(1, x.compare(VectorOperators.GT, 0));
  }
}

package dev.verhulst.kernels.activation;

import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.NE;

import dev.verhulst.kernels.DataType;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * A piecewise linear sigmoid, {@code max(0, min(1, alpha x + beta))}; MobileNetV3 and PyTorch use
 * alpha 1/6.
 */
public record HardSigmoid(double alpha, double beta) implements ElementwiseActivation {

  static final ActivationDescriptor DESCRIPTOR =
      new ActivationDescriptor(
          "hard_sigmoid",
          List.of(),
          List.of(
              Parameter.number("alpha", 0.2, "the slope; any finite number"),
              Parameter.number("beta", 0.5, "the value at 0; any finite number")),
          parameters -> new HardSigmoid(parameters.number("alpha"), parameters.number("beta")));

  @Override
  public ActivationDescriptor descriptor() {
    return DESCRIPTOR;
  }

  @Override
  public ElementwiseActivation in(DataType dataType) {
    return dataType == DataType.FP64 || (alpha == (float) alpha && beta == (float) beta)
        ? this
        : new HardSigmoid(
            Parameter.nearestFloat(name(), "alpha", alpha),
            Parameter.nearestFloat(name(), "beta", beta));
  }

  @Override
  public double value(double x) {
    return Double.isNaN(x) ? x : Math.max(0, Math.min(1, Math.fma(alpha, x, beta)));
  }

  @Override
  public double derivative(double x) {
    boolean inside = Math.fma(alpha, x, beta) > 0 && Math.fma(alpha, x, beta - 1) < 0;
    return Double.isNaN(x) ? x : inside ? alpha : 0;
  }

  @Override
  public FloatVector value(FloatVector x) {
    FloatVector line = x.lanewise(FMA, (float) alpha, (float) beta);
    return line.blend(0, line.compare(LE, 0)).blend(1, line.compare(GE, 1));
  }

  @Override
  public FloatVector derivative(FloatVector x) {
    FloatVector line = x.lanewise(FMA, (float) alpha, (float) beta);
    // The line less 1, in two parts: close below 1 the line itself rounds to 1.
    double high = (float) beta - 1.0;
    FloatVector excess =
        x.lanewise(FMA, (float) alpha, (float) high).add((float) (high - (float) high));
    return line.broadcast((float) alpha)
        .blend(0, line.compare(LE, 0))
        .blend(0, excess.compare(GE, 0))
        .blend(x, x.compare(NE, x));
  }

  @Override
  public DoubleVector value(DoubleVector x) {
    DoubleVector line = x.lanewise(VectorOperators.FMA, alpha, beta);
    return line.blend(0, line.lt(0)).blend(1, line.compare(VectorOperators.GT, 1));
  }

  @Override
  public DoubleVector derivative(DoubleVector x) {
    // Less than 1 is asked without rounding beside 1.
    VectorMask<Double> inside =
        x.lanewise(VectorOperators.FMA, alpha, beta)
            .compare(VectorOperators.GT, 0)
            .and(x.lanewise(VectorOperators.FMA, alpha, beta - 1).lt(0));
    return x.broadcast(0).blend(alpha, inside).blend(x, x.test(VectorOperators.IS_NAN));
  }
}

package dev.verhulst.kernels.activation;

import dev.verhulst.kernels.lanes.DoubleErf;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
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
    return FloatLanes.erf(x);
  }

  @Override
  public FloatVector derivative(FloatVector x) {

    return x.mul(x).neg().max(-200).lanewise(VectorOperators.EXP).mul(1.12837917f);
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

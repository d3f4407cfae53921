package dev.verhulst.kernels.activation;

import dev.verhulst.kernels.lanes.Bf16Sigmoid;
import dev.verhulst.kernels.lanes.DoubleSigmoid;
import dev.verhulst.kernels.lanes.FloatSigmoid;
import dev.verhulst.kernels.lanes.Fp16Sigmoid;
import java.util.List;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** The logistic sigmoid, {@code 1 / (1 + e^-x)}. */
public record Sigmoid() implements ElementwiseActivation, Fp16Lanes {

  static final ActivationDescriptor DESCRIPTOR =
      new ActivationDescriptor("sigmoid", List.of(), List.of(), parameters -> new Sigmoid());

  @Override
  public ActivationDescriptor descriptor() {
    return DESCRIPTOR;
  }

  @Override
  public double value(double x) {
    double e = Math.exp(-Math.abs(x));
    return (x >= 0 ? 1 : e) / (1 + e);
  }

  @Override
  public double derivative(double x) {
    double e = Math.exp(-Math.abs(x));
    return e / ((1 + e) * (1 + e));
  }

  @Override
  public FloatVector value(FloatVector x) {
    return FloatSigmoid.value(x);
  }

  @Override
  public IntVector valueOfFp16(IntVector pairs) {
    return Fp16Sigmoid.value(pairs);
  }

  @Override
  public IntVector valueOfBf16(IntVector pairs) {
    return Bf16Sigmoid.value(pairs);
  }

  @Override
  public FloatVector derivative(FloatVector x) {
    return FloatSigmoid.derivative(x);
  }

  @Override
  public DoubleVector value(DoubleVector x) {
    return DoubleSigmoid.sigmoid(x);
  }

  @Override
  public DoubleVector derivative(DoubleVector x) {
    return DoubleSigmoid.derivative(x);
  }
}

package dev.verhulst.kernels.activation;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;

/**
 * An activation whose every output depends on one input. It is written down three times in its
 * record: in double, as the definition that the kernels are held to, and over SIMD lanes of FP32
 * and of FP64, as the CPU computes it.
 */
public sealed interface ElementwiseActivation extends Activation
    permits Algebraic,
        Arctan,
        Elu,
        ErrorFunction,
        Gelu,
        Gudermannian,
        HardSigmoid,
        HardSwish,
        LeakyRelu,
        LogSigmoid,
        Logit,
        Relu,
        Sigmoid,
        Silu,
        Softplus,
        Tanh {

  /** The definition, in double. */
  double value(double x);

  /** The definition of the derivative dy/dx, in double. */
  double derivative(double x);

  /** The value over FP32 lanes: any species, no allocation, no branch. */
  FloatVector value(FloatVector x);

  /** The derivative over FP32 lanes. */
  FloatVector derivative(FloatVector x);

  /** The value over FP64 lanes. */
  DoubleVector value(DoubleVector x);

  /** The derivative over FP64 lanes. */
  DoubleVector derivative(DoubleVector x);
}

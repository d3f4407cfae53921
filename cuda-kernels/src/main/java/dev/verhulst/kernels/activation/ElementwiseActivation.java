package dev.verhulst.kernels.activation;

import dev.verhulst.kernels.DataType;

/**
 * An activation whose every output depends on one input. It is written down three times in its
 * record: in double, as the definition that the kernels are held to, and over SIMD lanes of FP32
 * and of FP64, as the CPU computes it.
 */
public sealed interface ElementwiseActivation extends Activation, Lanes
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

  /**
   * The activation as it is computed in a type: its parameters are numbers of the type that the
   * kernels compute in, which is FP32 but for FP64.
   *
   * @throws IllegalArgumentException where a parameter is beyond the range of FP32
   */
  default ElementwiseActivation in(DataType dataType) {
    return this;
  }

  /** The definition, in double. */
  double value(double x);

  /** The definition of the derivative dy/dx, in double. */
  double derivative(double x);

  /**
   * The same over SIMD lanes: the activation itself, unless its parameters choose between functions
   * that are computed differently.
   */
  default Lanes lanes() {
    return this;
  }
}

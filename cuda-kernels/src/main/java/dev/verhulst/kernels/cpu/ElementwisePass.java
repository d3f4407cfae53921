package dev.verhulst.kernels.cpu;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.activation.Lanes;

/**
 * An activation over any number of elements: the hot loop for whole vectors, and the rest, which is
 * less than a vector, by the same loop.
 */
abstract class ElementwisePass {

  /** What a pass writes. */
  enum Output {
    VALUE,
    DERIVATIVE,
    GRADIENT
  }

  static ElementwisePass of(DataType dataType, Lanes lanes) {
    return switch (dataType) {
      case FP32 -> new DirectPass(Loops.fp32(lanes), Float.BYTES);
      case FP64 -> new DirectPass(Loops.fp64(lanes), Double.BYTES);
      case FP16 -> new HalfPass(Loops.fp32(lanes), HalfFormat.FP16);
      case BF16 -> new HalfPass(Loops.fp32(lanes), HalfFormat.BF16);
    };
  }

  final void value(Lanes lanes, long x, long output, int count, long scratch) {
    compute(Output.VALUE, lanes, x, x, output, count, scratch);
  }

  final void derivative(Lanes lanes, long x, long output, int count, long scratch) {
    compute(Output.DERIVATIVE, lanes, x, x, output, count, scratch);
  }

  final void gradient(Lanes lanes, long x, long gradY, long output, int count, long scratch) {
    compute(Output.GRADIENT, lanes, x, gradY, output, count, scratch);
  }

  abstract void compute(
      Output pass, Lanes lanes, long x, long gradY, long output, int count, long scratch);

  static void loop(
      ElementwiseLoop loop, Output pass, Lanes lanes, long x, long gradY, long output, int count) {
    switch (pass) {
      case VALUE -> loop.value(lanes, x, output, count);
      case DERIVATIVE -> loop.derivative(lanes, x, output, count);
      case GRADIENT -> loop.gradient(lanes, x, gradY, output, count);
    }
  }
}

package dev.verhulst.kernels.cpu;

import dev.verhulst.kernels.activation.Lanes;

/**
 * One output of an element-wise activation. The inputs are x and, for the gradient, the gradient of
 * y.
 */
record ElementwiseKernel(ElementwiseLoop loop, Lanes lanes, Output output) implements Kernel {

  @Override
  public int step() {
    return loop.step();
  }

  @Override
  public void compute(
      long x,
      long gradY,
      long input2,
      long input3,
      long result,
      long output1,
      int count,
      Scratch scratch) {
    switch (output) {
      case VALUE -> loop.value(lanes, x, result, count, scratch.floats);
      case DERIVATIVE -> loop.derivative(lanes, x, result, count, scratch.floats);
      case GRADIENT -> loop.gradient(lanes, x, gradY, result, count, scratch.floats);
    }
  }

  @Override
  public boolean mayRepeat() {
    return true;
  }

  @Override
  public float padding(int input) {
    return 0;
  }
}

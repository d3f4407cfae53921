package dev.verhulst.kernels.cpu;

import dev.verhulst.kernels.DataType;

/**
 * One output of PReLU. The inputs are x, the slopes and, for the gradient, the gradient of y.
 *
 * @param isDouble whether memory holds FP64, instead of FP32
 */
record PReluKernel(boolean isDouble, Output output) implements Kernel {

  /** FP16 and BF16 are computed in FP32. */
  static PReluKernel of(DataType dataType, Output output) {
    return switch (dataType) {
      case FP16, BF16, FP32 -> new PReluKernel(false, output);
      case FP64 -> new PReluKernel(true, output);
    };
  }

  @Override
  public int step() {
    return isDouble ? Fp64PReluLoop.STEP : Fp32PReluLoop.STEP;
  }

  @Override
  public void compute(
      long x,
      long slope,
      long gradY,
      long input3,
      long result,
      long output1,
      int count,
      Scratch scratch) {
    if (isDouble) {
      switch (output) {
        case VALUE -> Fp64PReluLoop.value(x, slope, result, count);
        case DERIVATIVE -> Fp64PReluLoop.derivative(x, slope, result, count);
        case GRADIENT -> Fp64PReluLoop.gradient(x, slope, gradY, result, count);
      }
    } else {
      switch (output) {
        case VALUE -> Fp32PReluLoop.value(x, slope, result, count);
        case DERIVATIVE -> Fp32PReluLoop.derivative(x, slope, result, count);
        case GRADIENT -> Fp32PReluLoop.gradient(x, slope, gradY, result, count);
      }
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

package dev.verhulst.kernels.cpu;

/**
 * The hot loops of softmax in one data type. Memory is given by absolute address; the count is any.
 * Every loop takes part of a row, so that sums in FP32 lanes stay short; what it finds out, it
 * writes as a vector whose lanes the caller puts together in order.
 */
abstract class SoftmaxLoop {

  /** How many lanes a result has. */
  abstract int lanes();

  /** Writes the largest number of each lane; NaN is left out. */
  abstract void maximum(long x, int count, long result);

  /** How many terms there are of the sum of the exponentials. */
  abstract int sumLanes();

  /** Writes e^(x - maximum), and the terms of their sum. */
  abstract void exponentials(long x, long y, int count, double maximum, long result);

  /** Writes the sum over each lane of y times the gradient of y. */
  abstract void dot(long y, long gradY, int count, long result);

  /** Multiplies y with factor + factorLow, in place. */
  abstract void scale(long y, int count, double factor, double factorLow);

  /** Makes a scaled y its derivative, factor y (1 - factor y), in place. */
  abstract void derivative(long y, int count, double factor);

  /** Makes a scaled y the gradient of x, factor y (gradY - dot), in place. */
  abstract void gradient(long y, long gradY, int count, double factor, double dot);
}

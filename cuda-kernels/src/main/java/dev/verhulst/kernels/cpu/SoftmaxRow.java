package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;

import java.lang.foreign.ValueLayout;

/** Softmax of one row in one data type, of any length. */
final class SoftmaxRow {

  static final SoftmaxRow FP32 = new SoftmaxRow(Fp32SoftmaxLoop.class, Float.BYTES);
  static final SoftmaxRow FP64 = new SoftmaxRow(Fp64SoftmaxLoop.class, Double.BYTES);

  /** A sum in lanes takes so many elements at most; beyond them it goes on in double. */
  private static final int CHUNK = 4096;

  private final SoftmaxLoop loop;
  private final int byteSize;

  private SoftmaxRow(Class<? extends SoftmaxLoop> template, int byteSize) {
    loop = Loops.make(SoftmaxLoop.class, template, null, template);
    this.byteSize = byteSize;
  }

  /**
   * Writes one output; {@code result} may be {@code x}.
   *
   * @param gradY read for the gradient only
   * @param length how many elements the row has
   * @param vector the address of room for two vectors
   */
  void compute(Output output, long x, long gradY, long result, long length, long vector) {
    double maximum = maximum(x, length, vector);
    double sum = 0;
    double lost = 0;
    for (long i = 0; i < length; i += CHUNK) {
      loop.exponentials(at(x, i), at(result, i), chunk(i, length), maximum, vector);
      for (int lane = 0; lane < loop.sumLanes(); lane++) {
        double term = lane(vector, lane);
        double next = sum + term;
        if (byteSize == Double.BYTES) { // Sums of FP32 lanes leave FP64 bits to spare.
          lost += Rounding.lost(sum, term, next);
        }
        sum = next;
      }
    }
    double factor = 1 / sum;
    double factorLow = (Math.fma(-factor, sum, 1) - factor * lost) / sum;
    double dot = 0;
    if (output == Output.GRADIENT) {
      dot = dot(result, gradY, length, vector) * factor;
      if (!Double.isFinite(dot)) {
        // The sum of the exponentials' products can overflow; that of the probabilities' cannot.
        for (long i = 0; i < length; i += CHUNK) {
          loop.scale(at(result, i), chunk(i, length), factor, factorLow);
        }
        factor = 1;
        dot = dot(result, gradY, length, vector);
      }
    }
    for (long i = 0; i < length; i += CHUNK) {
      int count = chunk(i, length);
      switch (output) {
        case VALUE -> loop.scale(at(result, i), count, factor, factorLow);
        case DERIVATIVE -> loop.derivative(at(result, i), count, factor);
        case GRADIENT -> loop.gradient(at(result, i), at(gradY, i), count, factor, dot);
      }
    }
  }

  private double dot(long y, long gradY, long length, long vector) {
    double dot = 0;
    for (long i = 0; i < length; i += CHUNK) {
      loop.dot(at(y, i), at(gradY, i), chunk(i, length), vector);
      dot += sum(vector);
    }
    return dot;
  }

  private double maximum(long x, long length, long vector) {
    double maximum = Double.NEGATIVE_INFINITY;
    for (long i = 0; i < length; i += CHUNK) {
      loop.maximum(at(x, i), chunk(i, length), vector);
      for (int lane = 0; lane < loop.lanes(); lane++) {
        maximum = Math.max(maximum, lane(vector, lane));
      }
    }
    return maximum;
  }

  private double sum(long vector) {
    double sum = 0;
    for (int lane = 0; lane < loop.lanes(); lane++) {
      sum += lane(vector, lane);
    }
    return sum;
  }

  private double lane(long vector, int lane) {
    return byteSize == Float.BYTES
        ? EVERYTHING.get(ValueLayout.JAVA_FLOAT, at(vector, lane))
        : EVERYTHING.get(ValueLayout.JAVA_DOUBLE, at(vector, lane));
  }

  private long at(long address, long element) {
    return address + element * byteSize;
  }

  private static int chunk(long first, long length) {
    return (int) Math.min(CHUNK, length - first);
  }
}

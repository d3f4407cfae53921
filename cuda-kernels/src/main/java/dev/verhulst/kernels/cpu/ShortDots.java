package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;

import dev.verhulst.kernels.DataType;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Dot products of rows of a few features with one label's weights, which stay in registers from row
 * to row: a tile would be over before it pays to begin one. A lane adds its terms up one after the
 * other, as in {@link DotLoop}.
 */
final class ShortDots {

  /** How many vectors a row's features fill at most. */
  static final int VECTORS = 4;

  private static final VectorSpecies<Float> FP32 = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Double> FP64 = DoubleVector.SPECIES_PREFERRED;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private ShortDots() {}

  /**
   * Writes a result for each row.
   *
   * @param row the address of the first row
   * @param rowBytes how many bytes lie between two rows
   * @param count how many rows there are
   * @param depth how many features there are
   * @param weights the address of the label's weights, padded with zeros to whole vectors
   * @param bias the address of the label's bias
   * @param result where to write the first row's result
   * @param resultBytes how many bytes lie between two rows' results
   * @param dataType FP32 or FP64
   */
  static void compute(
      long row,
      long rowBytes,
      long count,
      int depth,
      long weights,
      long bias,
      long result,
      long resultBytes,
      DataType dataType) {
    if (dataType == DataType.FP64) {
      inFp64(row, rowBytes, count, depth, weights, bias, result, resultBytes);
    } else {
      inFp32(row, rowBytes, count, depth, weights, bias, result, resultBytes);
    }
  }

  private static void inFp32(
      long row,
      long rowBytes,
      long count,
      int depth,
      long weights,
      long bias,
      long result,
      long resultBytes) {
    int bytes = FP32.vectorByteSize();
    int whole = Math.ceilDiv(depth, FP32.length()) - 1;
    VectorMask<Float> rest = FP32.indexInRange(whole * FP32.length(), depth);
    FloatVector w0 = fp32(weights);
    FloatVector w1 = whole > 1 ? fp32(weights + bytes) : w0;
    FloatVector w2 = whole > 2 ? fp32(weights + 2L * bytes) : w0;
    FloatVector last = fp32(weights + (long) whole * bytes);
    float b = EVERYTHING.get(ValueLayout.JAVA_FLOAT_UNALIGNED, bias);
    for (long i = 0; i < count; i++) {
      long x = row + i * rowBytes;
      FloatVector sum = FloatVector.zero(FP32);
      if (whole > 0) {
        sum = fp32(x).fma(w0, sum);
      }
      if (whole > 1) {
        sum = fp32(x + bytes).fma(w1, sum);
      }
      if (whole > 2) {
        sum = fp32(x + 2L * bytes).fma(w2, sum);
      }
      sum =
          FloatVector.fromMemorySegment(FP32, EVERYTHING, x + (long) whole * bytes, ORDER, rest)
              .fma(last, sum);
      EVERYTHING.set(
          ValueLayout.JAVA_FLOAT_UNALIGNED, result + i * resultBytes, DotEnds.sum(sum) + b);
    }
  }

  private static void inFp64(
      long row,
      long rowBytes,
      long count,
      int depth,
      long weights,
      long bias,
      long result,
      long resultBytes) {
    int bytes = FP64.vectorByteSize();
    int whole = Math.ceilDiv(depth, FP64.length()) - 1;
    VectorMask<Double> rest = FP64.indexInRange(whole * FP64.length(), depth);
    DoubleVector w0 = fp64(weights);
    DoubleVector w1 = whole > 1 ? fp64(weights + bytes) : w0;
    DoubleVector w2 = whole > 2 ? fp64(weights + 2L * bytes) : w0;
    DoubleVector last = fp64(weights + (long) whole * bytes);
    double b = EVERYTHING.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, bias);
    for (long i = 0; i < count; i++) {
      long x = row + i * rowBytes;
      DoubleVector sum = DoubleVector.zero(FP64);
      if (whole > 0) {
        sum = fp64(x).fma(w0, sum);
      }
      if (whole > 1) {
        sum = fp64(x + bytes).fma(w1, sum);
      }
      if (whole > 2) {
        sum = fp64(x + 2L * bytes).fma(w2, sum);
      }
      sum =
          DoubleVector.fromMemorySegment(FP64, EVERYTHING, x + (long) whole * bytes, ORDER, rest)
              .fma(last, sum);
      EVERYTHING.set(
          ValueLayout.JAVA_DOUBLE_UNALIGNED, result + i * resultBytes, DotEnds.sum(sum) + b);
    }
  }

  private static FloatVector fp32(long address) {
    return FloatVector.fromMemorySegment(FP32, EVERYTHING, address, ORDER);
  }

  private static DoubleVector fp64(long address) {
    return DoubleVector.fromMemorySegment(FP64, EVERYTHING, address, ORDER);
  }
}

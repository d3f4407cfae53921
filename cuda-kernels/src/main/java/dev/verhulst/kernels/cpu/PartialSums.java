package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;

import dev.verhulst.kernels.DataType;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Adds the sums of some features to those of the features before. */
final class PartialSums {

  private static final VectorSpecies<Float> FP32 = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Double> FP64 = DoubleVector.SPECIES_PREFERRED;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private PartialSums() {}

  /**
   * Adds the sums of some rows.
   *
   * @param from the address of each row's new sums
   * @param to the address of each row's results
   * @param offset how many bytes into a row of results its sums so far are
   * @param first the first row's index
   * @param end the last row's index plus one
   * @param labels how many sums a row has
   * @param dataType FP32 or FP64
   */
  static void add(
      long[] from, long[] to, long offset, int first, int end, int labels, DataType dataType) {
    for (int row = first; row < end; row++) {
      if (dataType == DataType.FP64) {
        inFp64(from[row], to[row] + offset, labels);
      } else {
        inFp32(from[row], to[row] + offset, labels);
      }
    }
  }

  private static void inFp32(long from, long to, int labels) {
    int label = 0;
    for (; label < FP32.loopBound(labels); label += FP32.length()) {
      long offset = (long) label * Float.BYTES;
      FloatVector.fromMemorySegment(FP32, EVERYTHING, from + offset, ORDER)
          .add(FloatVector.fromMemorySegment(FP32, EVERYTHING, to + offset, ORDER))
          .intoMemorySegment(EVERYTHING, to + offset, ORDER);
    }
    if (label < labels) {
      VectorMask<Float> rest = FP32.indexInRange(label, labels);
      long offset = (long) label * Float.BYTES;
      FloatVector.fromMemorySegment(FP32, EVERYTHING, from + offset, ORDER, rest)
          .add(FloatVector.fromMemorySegment(FP32, EVERYTHING, to + offset, ORDER, rest))
          .intoMemorySegment(EVERYTHING, to + offset, ORDER, rest);
    }
  }

  private static void inFp64(long from, long to, int labels) {
    int label = 0;
    for (; label < FP64.loopBound(labels); label += FP64.length()) {
      long offset = (long) label * Double.BYTES;
      DoubleVector.fromMemorySegment(FP64, EVERYTHING, from + offset, ORDER)
          .add(DoubleVector.fromMemorySegment(FP64, EVERYTHING, to + offset, ORDER))
          .intoMemorySegment(EVERYTHING, to + offset, ORDER);
    }
    if (label < labels) {
      VectorMask<Double> rest = FP64.indexInRange(label, labels);
      long offset = (long) label * Double.BYTES;
      DoubleVector.fromMemorySegment(FP64, EVERYTHING, from + offset, ORDER, rest)
          .add(DoubleVector.fromMemorySegment(FP64, EVERYTHING, to + offset, ORDER, rest))
          .intoMemorySegment(EVERYTHING, to + offset, ORDER, rest);
    }
  }
}

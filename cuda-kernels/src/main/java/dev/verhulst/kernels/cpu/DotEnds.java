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
 * The beginning and the end of a tile of dot products. They stand apart from {@link DotLoop}, since
 * with their masks and shifts of lanes in it the first tier of the JIT compiler gives the loop up,
 * and then the second may never see it.
 */
final class DotEnds {

  private static final VectorSpecies<Float> FP32 = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Double> FP64 = DoubleVector.SPECIES_PREFERRED;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private DotEnds() {}

  /**
   * Copies each row's features beyond its last whole vector, of which there are some, followed by
   * zeros.
   *
   * @param rows the address of each row
   * @param depth how many features a row has
   * @param to where to write each row's rest; room for a vector
   * @param dataType FP32 or FP64
   */
  static void copyRests(long[] rows, int count, int depth, long[] to, DataType dataType) {
    if (dataType == DataType.FP64) {
      int whole = FP64.loopBound(depth);
      VectorMask<Double> rest = FP64.indexInRange(whole, depth);
      for (int row = 0; row < count; row++) {
        long from = rows[row] + (long) whole * Double.BYTES;
        DoubleVector.fromMemorySegment(FP64, EVERYTHING, from, ORDER, rest)
            .intoMemorySegment(EVERYTHING, to[row], ORDER);
      }
    } else {
      int whole = FP32.loopBound(depth);
      VectorMask<Float> rest = FP32.indexInRange(whole, depth);
      for (int row = 0; row < count; row++) {
        long from = rows[row] + (long) whole * Float.BYTES;
        FloatVector.fromMemorySegment(FP32, EVERYTHING, from, ORDER, rest)
            .intoMemorySegment(EVERYTHING, to[row], ORDER);
      }
    }
  }

  /**
   * Adds the lanes of a tile's sums and the biases, and writes the results.
   *
   * @param sums the address of the tile's vectors, row by row
   * @param rows how many rows there are
   * @param labels how many vectors and results a row has
   * @param bias the address of the first label's bias
   * @param to where to write each row's results
   * @param dataType FP32 or FP64
   */
  static void addLanes(long sums, int rows, int labels, long bias, long[] to, DataType dataType) {
    if (dataType == DataType.FP64) {
      addLanesInFp64(sums, rows * labels, labels, bias, to);
    } else {
      addLanesInFp32(sums, rows * labels, labels, bias, to);
    }
  }

  private static void addLanesInFp32(long sums, int count, int labels, long bias, long[] to) {
    int row = 0;
    int label = 0;
    for (int i = 0; i < count; i++) {
      long from = sums + (long) i * FP32.vectorByteSize();
      FloatVector lanes = FloatVector.fromMemorySegment(FP32, EVERYTHING, from, ORDER);
      long offset = (long) label * Float.BYTES;
      float b = EVERYTHING.get(ValueLayout.JAVA_FLOAT_UNALIGNED, bias + offset);
      EVERYTHING.set(ValueLayout.JAVA_FLOAT_UNALIGNED, to[row] + offset, sum(lanes) + b);
      if (++label == labels) {
        label = 0;
        row++;
      }
    }
  }

  private static void addLanesInFp64(long sums, int count, int labels, long bias, long[] to) {
    int row = 0;
    int label = 0;
    for (int i = 0; i < count; i++) {
      long from = sums + (long) i * FP64.vectorByteSize();
      DoubleVector lanes = DoubleVector.fromMemorySegment(FP64, EVERYTHING, from, ORDER);
      long offset = (long) label * Double.BYTES;
      double b = EVERYTHING.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, bias + offset);
      EVERYTHING.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, to[row] + offset, sum(lanes) + b);
      if (++label == labels) {
        label = 0;
        row++;
      }
    }
  }

  /**
   * Adds a vector's lanes, in an order of our own: that of {@code reduceLanes} depends on whether
   * the code has been compiled.
   */
  static float sum(FloatVector vector) {
    FloatVector lanes = vector;
    if (FP32.length() > 8) {
      lanes = lanes.add(lanes.slice(8));
    }
    if (FP32.length() > 4) {
      lanes = lanes.add(lanes.slice(4));
    }
    if (FP32.length() > 2) {
      lanes = lanes.add(lanes.slice(2));
    }
    if (FP32.length() > 1) {
      lanes = lanes.add(lanes.slice(1));
    }
    return lanes.lane(0);
  }

  /** As {@link #sum(FloatVector)}. */
  static double sum(DoubleVector vector) {
    DoubleVector lanes = vector;
    if (FP64.length() > 4) {
      lanes = lanes.add(lanes.slice(4));
    }
    if (FP64.length() > 2) {
      lanes = lanes.add(lanes.slice(2));
    }
    if (FP64.length() > 1) {
      lanes = lanes.add(lanes.slice(1));
    }
    return lanes.lane(0);
  }
}

package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * The product of rows that lie one after the other with the weights of no more labels than one
 * vector has, in FP32: all rows in one call, where tiles of so few sums take as long to begin as to
 * compute. A sum adds its terms up one after the other, as in {@link ProductLoop}, so that a row's
 * result has the same bits both ways.
 */
final class NarrowProduct {

  /** How many rows are computed at once; there have to be as many. */
  static final int ROWS = 8;

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int BYTES = SPECIES.vectorByteSize();
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private NarrowProduct() {}

  /**
   * Writes each row's sums, and nothing beside them.
   *
   * @param row the address of the first row's features
   * @param rowBytes how many bytes lie between two rows
   * @param count how many rows there are, {@link #ROWS} at least
   * @param depth how many features there are
   * @param weights the address of the weights: for each feature those of a vector of labels
   * @param biases the address of the labels' biases
   * @param labels how many of the vector's labels there are
   * @param result where to write the first row's sums
   * @param resultBytes how many bytes lie between two rows' sums
   */
  static void compute(
      long row,
      long rowBytes,
      long count,
      int depth,
      long weights,
      long biases,
      int labels,
      long result,
      long resultBytes) {
    VectorMask<Float> written = SPECIES.indexInRange(0, labels);
    FloatVector bias = load(biases);
    for (long done = 0; done < count; done += ROWS) {
      // The last rows may be computed twice.
      long first = Math.min(done, count - ROWS);
      long x0 = row + first * rowBytes;
      long x4 = x0 + 4 * rowBytes;
      FloatVector s0 = bias;
      FloatVector s1 = bias;
      FloatVector s2 = bias;
      FloatVector s3 = bias;
      FloatVector s4 = bias;
      FloatVector s5 = bias;
      FloatVector s6 = bias;
      FloatVector s7 = bias;
      for (int k = 0; k < depth; k++) {
        long offset = (long) k * Float.BYTES;
        FloatVector w = load(weights + (long) k * BYTES);
        s0 = broadcast(x0 + offset).fma(w, s0);
        s1 = broadcast(x0 + rowBytes + offset).fma(w, s1);
        s2 = broadcast(x0 + 2 * rowBytes + offset).fma(w, s2);
        s3 = broadcast(x0 + 3 * rowBytes + offset).fma(w, s3);
        s4 = broadcast(x4 + offset).fma(w, s4);
        s5 = broadcast(x4 + rowBytes + offset).fma(w, s5);
        s6 = broadcast(x4 + 2 * rowBytes + offset).fma(w, s6);
        s7 = broadcast(x4 + 3 * rowBytes + offset).fma(w, s7);
      }
      long to0 = result + first * resultBytes;
      long to4 = to0 + 4 * resultBytes;
      store(s0, to0, written);
      store(s1, to0 + resultBytes, written);
      store(s2, to0 + 2 * resultBytes, written);
      store(s3, to0 + 3 * resultBytes, written);
      store(s4, to4, written);
      store(s5, to4 + resultBytes, written);
      store(s6, to4 + 2 * resultBytes, written);
      store(s7, to4 + 3 * resultBytes, written);
    }
  }

  private static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(SPECIES, EVERYTHING, address, ORDER);
  }

  private static FloatVector broadcast(long address) {
    return FloatVector.broadcast(
        SPECIES, EVERYTHING.get(ValueLayout.JAVA_FLOAT_UNALIGNED, address));
  }

  private static void store(FloatVector sums, long address, VectorMask<Float> written) {
    sums.intoMemorySegment(EVERYTHING, address, ORDER, written);
  }
}

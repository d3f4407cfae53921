package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;
import static dev.verhulst.kernels.cpu.NativeMemory.within;

import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Dot products in FP64: a template that {@link LoopWeaver} copies for each {@link TileShape}. Lanes
 * run along the features; several rows share one read of the weights. A lane adds its terms up one
 * after the other, whatever the shape, so that a row's result does not depend on the rows beside
 * it.
 */
final class Fp64DotLoop extends DotLoop {

  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  private static final int LENGTH = SPECIES.length();
  private static final int BYTES = SPECIES.vectorByteSize();
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private static final TileShape SHAPE = Loops.variant(MethodHandles.lookup(), TileShape.class);
  private static final int ROWS = SHAPE.rows();
  private static final int LABELS = SHAPE.columns();

  @Override
  void compute(
      long[] rows, long[] rests, int first, long weights, long stride, int depth, long sums) {
    long row0 = within(rows[first]);
    long row1 = ROWS > 1 ? within(rows[first + 1]) : 0;
    long row2 = ROWS > 2 ? within(rows[first + 2]) : 0;
    long row3 = ROWS > 3 ? within(rows[first + 3]) : 0;
    long weights0 = within(weights);
    long weights1 = within(weights + stride);
    long weights2 = within(weights + 2 * stride);
    long weights3 = within(weights + 3 * stride);
    long weights4 = within(weights + 4 * stride);
    DoubleVector zero = DoubleVector.zero(SPECIES);
    DoubleVector s00 = zero;
    DoubleVector s01 = zero;
    DoubleVector s02 = zero;
    DoubleVector s03 = zero;
    DoubleVector s04 = zero;
    DoubleVector s10 = zero;
    DoubleVector s11 = zero;
    DoubleVector s12 = zero;
    DoubleVector s13 = zero;
    DoubleVector s14 = zero;
    DoubleVector s20 = zero;
    DoubleVector s21 = zero;
    DoubleVector s22 = zero;
    DoubleVector s23 = zero;
    DoubleVector s24 = zero;
    DoubleVector s30 = zero;
    DoubleVector s31 = zero;
    DoubleVector s32 = zero;
    DoubleVector s33 = zero;
    DoubleVector s34 = zero;
    int end = SPECIES.loopBound(depth);
    int passes = end == depth ? 1 : 2;
    for (int pass = 0; pass < passes; pass++) {
      for (int k = 0; k < end; k += LENGTH) {
        long offset = (long) k * Double.BYTES;
        // Those of a shape without them are never used.
        DoubleVector w0 = load(weights0 + offset);
        DoubleVector w1 = LABELS > 1 ? load(weights1 + offset) : w0;
        DoubleVector w2 = LABELS > 2 ? load(weights2 + offset) : w0;
        DoubleVector w3 = LABELS > 3 ? load(weights3 + offset) : w0;
        DoubleVector w4 = LABELS > 4 ? load(weights4 + offset) : w0;
        DoubleVector x0 = load(row0 + offset);
        s00 = x0.fma(w0, s00);
        if (LABELS > 1) {
          s01 = x0.fma(w1, s01);
        }
        if (LABELS > 2) {
          s02 = x0.fma(w2, s02);
        }
        if (LABELS > 3) {
          s03 = x0.fma(w3, s03);
        }
        if (LABELS > 4) {
          s04 = x0.fma(w4, s04);
        }
        if (ROWS > 1) {
          DoubleVector x = load(row1 + offset);
          s10 = x.fma(w0, s10);
          if (LABELS > 1) {
            s11 = x.fma(w1, s11);
          }
          if (LABELS > 2) {
            s12 = x.fma(w2, s12);
          }
          if (LABELS > 3) {
            s13 = x.fma(w3, s13);
          }
          if (LABELS > 4) {
            s14 = x.fma(w4, s14);
          }
        }
        if (ROWS > 2) {
          DoubleVector x = load(row2 + offset);
          s20 = x.fma(w0, s20);
          if (LABELS > 1) {
            s21 = x.fma(w1, s21);
          }
          if (LABELS > 2) {
            s22 = x.fma(w2, s22);
          }
          if (LABELS > 3) {
            s23 = x.fma(w3, s23);
          }
          if (LABELS > 4) {
            s24 = x.fma(w4, s24);
          }
        }
        if (ROWS > 3) {
          DoubleVector x = load(row3 + offset);
          s30 = x.fma(w0, s30);
          if (LABELS > 1) {
            s31 = x.fma(w1, s31);
          }
          if (LABELS > 2) {
            s32 = x.fma(w2, s32);
          }
          if (LABELS > 3) {
            s33 = x.fma(w3, s33);
          }
          if (LABELS > 4) {
            s34 = x.fma(w4, s34);
          }
        }
      }
      // And now the rests.
      long offset = (long) end * Double.BYTES;
      weights0 = within(weights0 + offset);
      weights1 = within(weights1 + offset);
      weights2 = within(weights2 + offset);
      weights3 = within(weights3 + offset);
      weights4 = within(weights4 + offset);
      row0 = within(rests[first]);
      row1 = ROWS > 1 ? within(rests[first + 1]) : 0;
      row2 = ROWS > 2 ? within(rests[first + 2]) : 0;
      row3 = ROWS > 3 ? within(rests[first + 3]) : 0;
      end = LENGTH;
    }
    store(s00, sums, 0, 0);
    if (LABELS > 1) {
      store(s01, sums, 0, 1);
    }
    if (LABELS > 2) {
      store(s02, sums, 0, 2);
    }
    if (LABELS > 3) {
      store(s03, sums, 0, 3);
    }
    if (LABELS > 4) {
      store(s04, sums, 0, 4);
    }
    if (ROWS > 1) {
      store(s10, sums, 1, 0);
      if (LABELS > 1) {
        store(s11, sums, 1, 1);
      }
      if (LABELS > 2) {
        store(s12, sums, 1, 2);
      }
      if (LABELS > 3) {
        store(s13, sums, 1, 3);
      }
      if (LABELS > 4) {
        store(s14, sums, 1, 4);
      }
    }
    if (ROWS > 2) {
      store(s20, sums, 2, 0);
      if (LABELS > 1) {
        store(s21, sums, 2, 1);
      }
      if (LABELS > 2) {
        store(s22, sums, 2, 2);
      }
      if (LABELS > 3) {
        store(s23, sums, 2, 3);
      }
      if (LABELS > 4) {
        store(s24, sums, 2, 4);
      }
    }
    if (ROWS > 3) {
      store(s30, sums, 3, 0);
      if (LABELS > 1) {
        store(s31, sums, 3, 1);
      }
      if (LABELS > 2) {
        store(s32, sums, 3, 2);
      }
      if (LABELS > 3) {
        store(s33, sums, 3, 3);
      }
      if (LABELS > 4) {
        store(s34, sums, 3, 4);
      }
    }
  }

  private static DoubleVector load(long address) {
    return DoubleVector.fromMemorySegment(SPECIES, EVERYTHING, address, ORDER);
  }

  private static void store(DoubleVector sum, long sums, int row, int label) {
    long offset = (long) (row * LABELS + label) * BYTES;
    sum.intoMemorySegment(EVERYTHING, sums + offset, ORDER);
  }
}

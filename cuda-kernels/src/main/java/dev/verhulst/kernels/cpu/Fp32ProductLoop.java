package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;
import static dev.verhulst.kernels.cpu.NativeMemory.within;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The tile of a product in FP32: a template that {@link LoopWeaver} copies for each {@link
 * TileShape}. All sums of a tile stay in registers: 24 of the 32 that AVX-512 has. A sum adds its
 * terms up one after the other, whatever the shape, so that a row's result does not depend on the
 * rows beside it.
 */
final class Fp32ProductLoop extends ProductLoop {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int BYTES = SPECIES.vectorByteSize();
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private static final TileShape SHAPE = Loops.variant(MethodHandles.lookup(), TileShape.class);
  private static final int ROWS = SHAPE.rows();
  private static final int VECTORS = SHAPE.columns();

  @Override
  void compute(
      long[] rows,
      int first,
      int end,
      long offset,
      long weights,
      long stride,
      int depth,
      long from,
      long[] to) {
    long weights0 = within(weights);
    long weights1 = within(weights + stride);
    long weights2 = within(weights + 2 * stride);
    for (int row = first; row < end; row += ROWS) {
      long row0 = within(rows[row] + offset);
      long row1 = ROWS > 1 ? within(rows[row + 1] + offset) : 0;
      long row2 = ROWS > 2 ? within(rows[row + 2] + offset) : 0;
      long row3 = ROWS > 3 ? within(rows[row + 3] + offset) : 0;
      long row4 = ROWS > 4 ? within(rows[row + 4] + offset) : 0;
      long row5 = ROWS > 5 ? within(rows[row + 5] + offset) : 0;
      long row6 = ROWS > 6 ? within(rows[row + 6] + offset) : 0;
      long row7 = ROWS > 7 ? within(rows[row + 7] + offset) : 0;
      FloatVector s00 = load(from);
      FloatVector s01 = VECTORS > 1 ? load(from + BYTES) : s00;
      FloatVector s02 = VECTORS > 2 ? load(from + 2L * BYTES) : s00;
      FloatVector s10 = s00;
      FloatVector s11 = s01;
      FloatVector s12 = s02;
      FloatVector s20 = s00;
      FloatVector s21 = s01;
      FloatVector s22 = s02;
      FloatVector s30 = s00;
      FloatVector s31 = s01;
      FloatVector s32 = s02;
      FloatVector s40 = s00;
      FloatVector s41 = s01;
      FloatVector s42 = s02;
      FloatVector s50 = s00;
      FloatVector s51 = s01;
      FloatVector s52 = s02;
      FloatVector s60 = s00;
      FloatVector s61 = s01;
      FloatVector s62 = s02;
      FloatVector s70 = s00;
      FloatVector s71 = s01;
      FloatVector s72 = s02;
      for (int k = 0; k < depth; k++) {
        long at = (long) k * Float.BYTES;
        long w = (long) k * BYTES;
        // Those of a shape without them are never used.
        FloatVector w0 = load(weights0 + w);
        FloatVector w1 = VECTORS > 1 ? load(weights1 + w) : w0;
        FloatVector w2 = VECTORS > 2 ? load(weights2 + w) : w0;
        FloatVector x0 = broadcast(row0 + at);
        s00 = x0.fma(w0, s00);
        if (VECTORS > 1) {
          s01 = x0.fma(w1, s01);
        }
        if (VECTORS > 2) {
          s02 = x0.fma(w2, s02);
        }
        if (ROWS > 1) {
          FloatVector x = broadcast(row1 + at);
          s10 = x.fma(w0, s10);
          if (VECTORS > 1) {
            s11 = x.fma(w1, s11);
          }
          if (VECTORS > 2) {
            s12 = x.fma(w2, s12);
          }
        }
        if (ROWS > 2) {
          FloatVector x = broadcast(row2 + at);
          s20 = x.fma(w0, s20);
          if (VECTORS > 1) {
            s21 = x.fma(w1, s21);
          }
          if (VECTORS > 2) {
            s22 = x.fma(w2, s22);
          }
        }
        if (ROWS > 3) {
          FloatVector x = broadcast(row3 + at);
          s30 = x.fma(w0, s30);
          if (VECTORS > 1) {
            s31 = x.fma(w1, s31);
          }
          if (VECTORS > 2) {
            s32 = x.fma(w2, s32);
          }
        }
        if (ROWS > 4) {
          FloatVector x = broadcast(row4 + at);
          s40 = x.fma(w0, s40);
          if (VECTORS > 1) {
            s41 = x.fma(w1, s41);
          }
          if (VECTORS > 2) {
            s42 = x.fma(w2, s42);
          }
        }
        if (ROWS > 5) {
          FloatVector x = broadcast(row5 + at);
          s50 = x.fma(w0, s50);
          if (VECTORS > 1) {
            s51 = x.fma(w1, s51);
          }
          if (VECTORS > 2) {
            s52 = x.fma(w2, s52);
          }
        }
        if (ROWS > 6) {
          FloatVector x = broadcast(row6 + at);
          s60 = x.fma(w0, s60);
          if (VECTORS > 1) {
            s61 = x.fma(w1, s61);
          }
          if (VECTORS > 2) {
            s62 = x.fma(w2, s62);
          }
        }
        if (ROWS > 7) {
          FloatVector x = broadcast(row7 + at);
          s70 = x.fma(w0, s70);
          if (VECTORS > 1) {
            s71 = x.fma(w1, s71);
          }
          if (VECTORS > 2) {
            s72 = x.fma(w2, s72);
          }
        }
      }
      store(s00, s01, s02, to[row]);
      if (ROWS > 1) {
        store(s10, s11, s12, to[row + 1]);
      }
      if (ROWS > 2) {
        store(s20, s21, s22, to[row + 2]);
      }
      if (ROWS > 3) {
        store(s30, s31, s32, to[row + 3]);
      }
      if (ROWS > 4) {
        store(s40, s41, s42, to[row + 4]);
      }
      if (ROWS > 5) {
        store(s50, s51, s52, to[row + 5]);
      }
      if (ROWS > 6) {
        store(s60, s61, s62, to[row + 6]);
      }
      if (ROWS > 7) {
        store(s70, s71, s72, to[row + 7]);
      }
    }
  }

  private static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(SPECIES, EVERYTHING, address, ORDER);
  }

  private static FloatVector broadcast(long address) {
    return FloatVector.broadcast(
        SPECIES, EVERYTHING.get(ValueLayout.JAVA_FLOAT_UNALIGNED, address));
  }

  /** A row's sums in one method, which the compiler's first tier takes as a call. */
  private static void store(FloatVector s0, FloatVector s1, FloatVector s2, long address) {
    s0.intoMemorySegment(EVERYTHING, address, ORDER);
    if (VECTORS > 1) {
      s1.intoMemorySegment(EVERYTHING, address + BYTES, ORDER);
    }
    if (VECTORS > 2) {
      s2.intoMemorySegment(EVERYTHING, address + 2L * BYTES, ORDER);
    }
  }
}

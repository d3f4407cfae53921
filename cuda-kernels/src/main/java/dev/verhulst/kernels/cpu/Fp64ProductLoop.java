package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The tile of a product in FP64: a template that {@link LoopWeaver} copies for each {@link
 * TileShape}. All sums of a tile stay in registers: 24 of the 32 that AVX-512 has. A sum adds its
 * terms up one after the other, whatever the shape, so that a row's result does not depend on the
 * rows beside it.
 */
final class Fp64ProductLoop extends ProductLoop {

  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  private static final int BYTES = SPECIES.vectorByteSize();
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private static final int ROWS;
  private static final int VECTORS;

  static {
    try {
      TileShape shape = MethodHandles.classData(MethodHandles.lookup(), "_", TileShape.class);
      ROWS = shape.rows();
      VECTORS = shape.columns();
    } catch (IllegalAccessException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @Override
  void compute(long[] rows, long weights, long stride, int depth, long from, long[] to) {
    long row0 = rows[0];
    long row1 = rows[1];
    long row2 = rows[2];
    long row3 = rows[3];
    long row4 = rows[4];
    long row5 = rows[5];
    DoubleVector s00 = load(from);
    DoubleVector s01 = VECTORS > 1 ? load(from + BYTES) : s00;
    DoubleVector s02 = VECTORS > 2 ? load(from + 2L * BYTES) : s00;
    DoubleVector s03 = VECTORS > 3 ? load(from + 3L * BYTES) : s00;
    DoubleVector s10 = s00;
    DoubleVector s11 = s01;
    DoubleVector s12 = s02;
    DoubleVector s13 = s03;
    DoubleVector s20 = s00;
    DoubleVector s21 = s01;
    DoubleVector s22 = s02;
    DoubleVector s23 = s03;
    DoubleVector s30 = s00;
    DoubleVector s31 = s01;
    DoubleVector s32 = s02;
    DoubleVector s33 = s03;
    DoubleVector s40 = s00;
    DoubleVector s41 = s01;
    DoubleVector s42 = s02;
    DoubleVector s43 = s03;
    DoubleVector s50 = s00;
    DoubleVector s51 = s01;
    DoubleVector s52 = s02;
    DoubleVector s53 = s03;
    for (int k = 0; k < depth; k++) {
      long offset = (long) k * Double.BYTES;
      long at = weights + (long) k * BYTES;
      // Those of a shape without them are never used.
      DoubleVector w0 = load(at);
      DoubleVector w1 = VECTORS > 1 ? load(at + stride) : w0;
      DoubleVector w2 = VECTORS > 2 ? load(at + 2 * stride) : w0;
      DoubleVector w3 = VECTORS > 3 ? load(at + 3 * stride) : w0;
      DoubleVector x0 = broadcast(row0 + offset);
      s00 = x0.fma(w0, s00);
      if (VECTORS > 1) {
        s01 = x0.fma(w1, s01);
      }
      if (VECTORS > 2) {
        s02 = x0.fma(w2, s02);
      }
      if (VECTORS > 3) {
        s03 = x0.fma(w3, s03);
      }
      if (ROWS > 1) {
        DoubleVector x = broadcast(row1 + offset);
        s10 = x.fma(w0, s10);
        if (VECTORS > 1) {
          s11 = x.fma(w1, s11);
        }
        if (VECTORS > 2) {
          s12 = x.fma(w2, s12);
        }
        if (VECTORS > 3) {
          s13 = x.fma(w3, s13);
        }
      }
      if (ROWS > 2) {
        DoubleVector x = broadcast(row2 + offset);
        s20 = x.fma(w0, s20);
        if (VECTORS > 1) {
          s21 = x.fma(w1, s21);
        }
        if (VECTORS > 2) {
          s22 = x.fma(w2, s22);
        }
        if (VECTORS > 3) {
          s23 = x.fma(w3, s23);
        }
      }
      if (ROWS > 3) {
        DoubleVector x = broadcast(row3 + offset);
        s30 = x.fma(w0, s30);
        if (VECTORS > 1) {
          s31 = x.fma(w1, s31);
        }
        if (VECTORS > 2) {
          s32 = x.fma(w2, s32);
        }
        if (VECTORS > 3) {
          s33 = x.fma(w3, s33);
        }
      }
      if (ROWS > 4) {
        DoubleVector x = broadcast(row4 + offset);
        s40 = x.fma(w0, s40);
        if (VECTORS > 1) {
          s41 = x.fma(w1, s41);
        }
        if (VECTORS > 2) {
          s42 = x.fma(w2, s42);
        }
        if (VECTORS > 3) {
          s43 = x.fma(w3, s43);
        }
      }
      if (ROWS > 5) {
        DoubleVector x = broadcast(row5 + offset);
        s50 = x.fma(w0, s50);
        if (VECTORS > 1) {
          s51 = x.fma(w1, s51);
        }
        if (VECTORS > 2) {
          s52 = x.fma(w2, s52);
        }
        if (VECTORS > 3) {
          s53 = x.fma(w3, s53);
        }
      }
    }
    s00.intoMemorySegment(EVERYTHING, to[0], ORDER);
    if (VECTORS > 1) {
      s01.intoMemorySegment(EVERYTHING, to[0] + BYTES, ORDER);
    }
    if (VECTORS > 2) {
      s02.intoMemorySegment(EVERYTHING, to[0] + 2L * BYTES, ORDER);
    }
    if (VECTORS > 3) {
      s03.intoMemorySegment(EVERYTHING, to[0] + 3L * BYTES, ORDER);
    }
    if (ROWS > 1) {
      s10.intoMemorySegment(EVERYTHING, to[1], ORDER);
      if (VECTORS > 1) {
        s11.intoMemorySegment(EVERYTHING, to[1] + BYTES, ORDER);
      }
      if (VECTORS > 2) {
        s12.intoMemorySegment(EVERYTHING, to[1] + 2L * BYTES, ORDER);
      }
      if (VECTORS > 3) {
        s13.intoMemorySegment(EVERYTHING, to[1] + 3L * BYTES, ORDER);
      }
    }
    if (ROWS > 2) {
      s20.intoMemorySegment(EVERYTHING, to[2], ORDER);
      if (VECTORS > 1) {
        s21.intoMemorySegment(EVERYTHING, to[2] + BYTES, ORDER);
      }
      if (VECTORS > 2) {
        s22.intoMemorySegment(EVERYTHING, to[2] + 2L * BYTES, ORDER);
      }
      if (VECTORS > 3) {
        s23.intoMemorySegment(EVERYTHING, to[2] + 3L * BYTES, ORDER);
      }
    }
    if (ROWS > 3) {
      s30.intoMemorySegment(EVERYTHING, to[3], ORDER);
      if (VECTORS > 1) {
        s31.intoMemorySegment(EVERYTHING, to[3] + BYTES, ORDER);
      }
      if (VECTORS > 2) {
        s32.intoMemorySegment(EVERYTHING, to[3] + 2L * BYTES, ORDER);
      }
      if (VECTORS > 3) {
        s33.intoMemorySegment(EVERYTHING, to[3] + 3L * BYTES, ORDER);
      }
    }
    if (ROWS > 4) {
      s40.intoMemorySegment(EVERYTHING, to[4], ORDER);
      if (VECTORS > 1) {
        s41.intoMemorySegment(EVERYTHING, to[4] + BYTES, ORDER);
      }
      if (VECTORS > 2) {
        s42.intoMemorySegment(EVERYTHING, to[4] + 2L * BYTES, ORDER);
      }
      if (VECTORS > 3) {
        s43.intoMemorySegment(EVERYTHING, to[4] + 3L * BYTES, ORDER);
      }
    }
    if (ROWS > 5) {
      s50.intoMemorySegment(EVERYTHING, to[5], ORDER);
      if (VECTORS > 1) {
        s51.intoMemorySegment(EVERYTHING, to[5] + BYTES, ORDER);
      }
      if (VECTORS > 2) {
        s52.intoMemorySegment(EVERYTHING, to[5] + 2L * BYTES, ORDER);
      }
      if (VECTORS > 3) {
        s53.intoMemorySegment(EVERYTHING, to[5] + 3L * BYTES, ORDER);
      }
    }
  }

  private static DoubleVector load(long address) {
    return DoubleVector.fromMemorySegment(SPECIES, EVERYTHING, address, ORDER);
  }

  private static DoubleVector broadcast(long address) {
    return DoubleVector.broadcast(
        SPECIES, EVERYTHING.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, address));
  }
}

package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
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
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private static final int ROWS;
  private static final int LABELS;

  static {
    try {
      TileShape shape = MethodHandles.classData(MethodHandles.lookup(), "_", TileShape.class);
      ROWS = shape.rows();
      LABELS = shape.columns();
    } catch (IllegalAccessException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @Override
  void compute(long[] rows, long weights, long stride, int depth, long bias, long[] to) {
    long row0 = rows[0];
    long row1 = rows[1];
    long row2 = rows[2];
    long row3 = rows[3];
    long weights1 = weights + stride;
    long weights2 = weights + 2 * stride;
    long weights3 = weights + 3 * stride;
    DoubleVector s00 = DoubleVector.zero(SPECIES);
    DoubleVector s01 = DoubleVector.zero(SPECIES);
    DoubleVector s02 = DoubleVector.zero(SPECIES);
    DoubleVector s03 = DoubleVector.zero(SPECIES);
    DoubleVector s10 = DoubleVector.zero(SPECIES);
    DoubleVector s11 = DoubleVector.zero(SPECIES);
    DoubleVector s12 = DoubleVector.zero(SPECIES);
    DoubleVector s13 = DoubleVector.zero(SPECIES);
    DoubleVector s20 = DoubleVector.zero(SPECIES);
    DoubleVector s21 = DoubleVector.zero(SPECIES);
    DoubleVector s22 = DoubleVector.zero(SPECIES);
    DoubleVector s23 = DoubleVector.zero(SPECIES);
    DoubleVector s30 = DoubleVector.zero(SPECIES);
    DoubleVector s31 = DoubleVector.zero(SPECIES);
    DoubleVector s32 = DoubleVector.zero(SPECIES);
    DoubleVector s33 = DoubleVector.zero(SPECIES);
    int whole = SPECIES.loopBound(depth);
    for (int k = 0; k < whole; k += LENGTH) {
      long offset = (long) k * Double.BYTES;
      DoubleVector w0 = load(weights + offset);
      DoubleVector w1 = LABELS > 1 ? load(weights1 + offset) : w0;
      DoubleVector w2 = LABELS > 2 ? load(weights2 + offset) : w0;
      DoubleVector w3 = LABELS > 3 ? load(weights3 + offset) : w0;
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
      }
    }
    if (whole < depth) {
      // The weights are padded with zeros, a row is not.
      VectorMask<Double> rest = SPECIES.indexInRange(whole, depth);
      long offset = (long) whole * Double.BYTES;
      DoubleVector w0 = load(weights + offset);
      DoubleVector w1 = LABELS > 1 ? load(weights1 + offset) : w0;
      DoubleVector w2 = LABELS > 2 ? load(weights2 + offset) : w0;
      DoubleVector w3 = LABELS > 3 ? load(weights3 + offset) : w0;
      DoubleVector x0 = load(row0 + offset, rest);
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
      if (ROWS > 1) {
        DoubleVector x = load(row1 + offset, rest);
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
      }
      if (ROWS > 2) {
        DoubleVector x = load(row2 + offset, rest);
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
      }
      if (ROWS > 3) {
        DoubleVector x = load(row3 + offset, rest);
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
      }
    }
    store(s00, bias, to[0], 0);
    if (LABELS > 1) {
      store(s01, bias, to[0], 1);
    }
    if (LABELS > 2) {
      store(s02, bias, to[0], 2);
    }
    if (LABELS > 3) {
      store(s03, bias, to[0], 3);
    }
    if (ROWS > 1) {
      store(s10, bias, to[1], 0);
      if (LABELS > 1) {
        store(s11, bias, to[1], 1);
      }
      if (LABELS > 2) {
        store(s12, bias, to[1], 2);
      }
      if (LABELS > 3) {
        store(s13, bias, to[1], 3);
      }
    }
    if (ROWS > 2) {
      store(s20, bias, to[2], 0);
      if (LABELS > 1) {
        store(s21, bias, to[2], 1);
      }
      if (LABELS > 2) {
        store(s22, bias, to[2], 2);
      }
      if (LABELS > 3) {
        store(s23, bias, to[2], 3);
      }
    }
    if (ROWS > 3) {
      store(s30, bias, to[3], 0);
      if (LABELS > 1) {
        store(s31, bias, to[3], 1);
      }
      if (LABELS > 2) {
        store(s32, bias, to[3], 2);
      }
      if (LABELS > 3) {
        store(s33, bias, to[3], 3);
      }
    }
  }

  private static DoubleVector load(long address) {
    return DoubleVector.fromMemorySegment(SPECIES, EVERYTHING, address, ORDER);
  }

  private static DoubleVector load(long address, VectorMask<Double> mask) {
    return DoubleVector.fromMemorySegment(SPECIES, EVERYTHING, address, ORDER, mask);
  }

  private static void store(DoubleVector sum, long bias, long to, int label) {
    long offset = (long) label * Double.BYTES;
    double b = EVERYTHING.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, bias + offset);
    // In an order of our own: that of reduceLanes depends on whether the loop has been compiled.
    DoubleVector lanes = sum;
    if (LENGTH > 8) {
      lanes = lanes.add(lanes.slice(8));
    }
    if (LENGTH > 4) {
      lanes = lanes.add(lanes.slice(4));
    }
    if (LENGTH > 2) {
      lanes = lanes.add(lanes.slice(2));
    }
    if (LENGTH > 1) {
      lanes = lanes.add(lanes.slice(1));
    }
    EVERYTHING.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, to + offset, lanes.lane(0) + b);
  }
}

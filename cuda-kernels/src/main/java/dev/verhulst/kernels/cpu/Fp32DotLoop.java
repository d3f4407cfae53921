package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Dot products in FP32: a template that {@link LoopWeaver} copies for each {@link TileShape}. Lanes
 * run along the features; several rows share one read of the weights. A lane adds its terms up one
 * after the other, whatever the shape, so that a row's result does not depend on the rows beside
 * it.
 */
final class Fp32DotLoop extends DotLoop {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
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
    FloatVector s00 = FloatVector.zero(SPECIES);
    FloatVector s01 = FloatVector.zero(SPECIES);
    FloatVector s02 = FloatVector.zero(SPECIES);
    FloatVector s03 = FloatVector.zero(SPECIES);
    FloatVector s10 = FloatVector.zero(SPECIES);
    FloatVector s11 = FloatVector.zero(SPECIES);
    FloatVector s12 = FloatVector.zero(SPECIES);
    FloatVector s13 = FloatVector.zero(SPECIES);
    FloatVector s20 = FloatVector.zero(SPECIES);
    FloatVector s21 = FloatVector.zero(SPECIES);
    FloatVector s22 = FloatVector.zero(SPECIES);
    FloatVector s23 = FloatVector.zero(SPECIES);
    FloatVector s30 = FloatVector.zero(SPECIES);
    FloatVector s31 = FloatVector.zero(SPECIES);
    FloatVector s32 = FloatVector.zero(SPECIES);
    FloatVector s33 = FloatVector.zero(SPECIES);
    int whole = SPECIES.loopBound(depth);
    for (int k = 0; k < whole; k += LENGTH) {
      long offset = (long) k * Float.BYTES;
      FloatVector w0 = load(weights + offset);
      FloatVector w1 = LABELS > 1 ? load(weights1 + offset) : w0;
      FloatVector w2 = LABELS > 2 ? load(weights2 + offset) : w0;
      FloatVector w3 = LABELS > 3 ? load(weights3 + offset) : w0;
      FloatVector x0 = load(row0 + offset);
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
        FloatVector x = load(row1 + offset);
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
        FloatVector x = load(row2 + offset);
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
        FloatVector x = load(row3 + offset);
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
      VectorMask<Float> rest = SPECIES.indexInRange(whole, depth);
      long offset = (long) whole * Float.BYTES;
      FloatVector w0 = load(weights + offset);
      FloatVector w1 = LABELS > 1 ? load(weights1 + offset) : w0;
      FloatVector w2 = LABELS > 2 ? load(weights2 + offset) : w0;
      FloatVector w3 = LABELS > 3 ? load(weights3 + offset) : w0;
      FloatVector x0 = load(row0 + offset, rest);
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
        FloatVector x = load(row1 + offset, rest);
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
        FloatVector x = load(row2 + offset, rest);
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
        FloatVector x = load(row3 + offset, rest);
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

  private static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(SPECIES, EVERYTHING, address, ORDER);
  }

  private static FloatVector load(long address, VectorMask<Float> mask) {
    return FloatVector.fromMemorySegment(SPECIES, EVERYTHING, address, ORDER, mask);
  }

  private static void store(FloatVector sum, long bias, long to, int label) {
    long offset = (long) label * Float.BYTES;
    float b = EVERYTHING.get(ValueLayout.JAVA_FLOAT_UNALIGNED, bias + offset);
    // In an order of our own: that of reduceLanes depends on whether the loop has been compiled.
    FloatVector lanes = sum;
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
    EVERYTHING.set(ValueLayout.JAVA_FLOAT_UNALIGNED, to + offset, lanes.lane(0) + b);
  }
}

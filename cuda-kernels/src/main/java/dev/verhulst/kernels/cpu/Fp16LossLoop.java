package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Binary cross-entropy with logits in FP16, computed in FP32 lanes: a template that {@link
 * LoopWeaver} flattens, with a {@link LossVariant} as its class data. A chunk at a time goes
 * through an array of floats, for the reason that {@link Fp16ElementwiseLoop} gives.
 */
final class Fp16LossLoop extends LossLoop {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LENGTH = SPECIES.length();
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final int CHUNK = Scratch.FLOATS;

  private static final boolean WEIGHT;
  private static final boolean POS_WEIGHT;
  private static final boolean WRITTEN;
  private static final boolean SUMMED;
  private static final boolean GRADIENT;

  static {
    try {
      LossVariant variant = MethodHandles.classData(MethodHandles.lookup(), "_", LossVariant.class);
      WEIGHT = variant.weight();
      POS_WEIGHT = variant.posWeight();
      WRITTEN = variant.loss() == LossVariant.Loss.WRITTEN;
      SUMMED = variant.loss() == LossVariant.Loss.SUMMED;
      GRADIENT = variant.gradient();
    } catch (IllegalAccessException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @Override
  int step() {
    return LENGTH;
  }

  @Override
  void compute(
      long logits,
      long target,
      long weight,
      long posWeight,
      long loss,
      long gradient,
      int count,
      double scale,
      long sums,
      float[] floats) {
    FloatVector sum = FloatVector.zero(SPECIES);
    int part = Fp16ElementwiseLoop.part(count);
    for (int first = 0; first < count; first += part) {
      int length = Math.min(part, count - first);
      long offset = (long) first * Short.BYTES;
      for (int i = 0; i < length; i++) {
        floats[i] =
            Float.float16ToFloat(EVERYTHING.get(HALF, logits + offset + (long) i * Short.BYTES));
      }
      for (int i = 0; i < length; i++) {
        floats[CHUNK + i] =
            Float.float16ToFloat(EVERYTHING.get(HALF, target + offset + (long) i * Short.BYTES));
      }
      if (WEIGHT) {
        for (int i = 0; i < length; i++) {
          floats[2 * CHUNK + i] =
              Float.float16ToFloat(EVERYTHING.get(HALF, weight + offset + (long) i * Short.BYTES));
        }
      }
      if (POS_WEIGHT) {
        for (int i = 0; i < length; i++) {
          floats[3 * CHUNK + i] =
              Float.float16ToFloat(
                  EVERYTHING.get(HALF, posWeight + offset + (long) i * Short.BYTES));
        }
      }
      for (int i = 0; i < length; i += LENGTH) {
        FloatVector z = FloatVector.fromArray(SPECIES, floats, i);
        FloatVector t = FloatVector.fromArray(SPECIES, floats, CHUNK + i);
        FloatVector e = LossLanes.exp(z);
        FloatVector v = t.broadcast(1).sub(t);
        FloatVector u = t;
        if (POS_WEIGHT) {
          u = t.mul(FloatVector.fromArray(SPECIES, floats, 3 * CHUNK + i));
        }
        if (WRITTEN || SUMMED) {
          FloatVector y = LossLanes.value(z, e, u, v, POS_WEIGHT);
          if (WEIGHT) {
            y = y.mul(FloatVector.fromArray(SPECIES, floats, 2 * CHUNK + i));
          }
          if (WRITTEN) {
            y.intoArray(floats, i);
          } else {
            sum = sum.add(y);
          }
        }
        if (GRADIENT) {
          FloatVector g = LossLanes.gradient(z, e, u, v, (float) scale);
          if (WEIGHT) {
            g = g.mul(FloatVector.fromArray(SPECIES, floats, 2 * CHUNK + i));
          }
          g.intoArray(floats, CHUNK + i);
        }
      }
      if (WRITTEN) {
        for (int i = 0; i < length; i++) {
          EVERYTHING.set(
              HALF, loss + offset + (long) i * Short.BYTES, Float.floatToFloat16(floats[i]));
        }
      }
      if (GRADIENT) {
        for (int i = 0; i < length; i++) {
          EVERYTHING.set(
              HALF,
              gradient + offset + (long) i * Short.BYTES,
              Float.floatToFloat16(floats[CHUNK + i]));
        }
      }
    }
    if (SUMMED) {
      sum.intoMemorySegment(EVERYTHING, sums, ORDER);
    }
  }
}

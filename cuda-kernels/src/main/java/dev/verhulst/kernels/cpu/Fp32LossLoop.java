package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;

import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Binary cross-entropy with logits in FP32: a template that {@link LoopWeaver} flattens, with a
 * {@link LossVariant} as its class data.
 */
final class Fp32LossLoop extends LossLoop {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LENGTH = SPECIES.length();
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private static final LossVariant VARIANT =
      Loops.variant(MethodHandles.lookup(), LossVariant.class);
  private static final boolean WEIGHT = VARIANT.weight();
  private static final boolean POS_WEIGHT = VARIANT.posWeight();
  private static final boolean WRITTEN = VARIANT.loss() == LossVariant.Loss.WRITTEN;
  private static final boolean SUMMED = VARIANT.loss() == LossVariant.Loss.SUMMED;
  private static final boolean GRADIENT = VARIANT.gradient();

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
      float[][] floats) {
    // Of the negative losses: the JIT compiler adds them as they come, and subtracts them late.
    FloatVector sum = FloatVector.zero(SPECIES);
    for (int i = 0; i < count; i += LENGTH) {
      long offset = (long) i * Float.BYTES;
      FloatVector z = FloatVector.fromMemorySegment(SPECIES, EVERYTHING, logits + offset, ORDER);
      FloatVector t = FloatVector.fromMemorySegment(SPECIES, EVERYTHING, target + offset, ORDER);
      FloatVector e = LossLanes.exp(z, GRADIENT);
      FloatVector v = t.broadcast(1).sub(t);
      FloatVector u = t;
      if (POS_WEIGHT) {
        u = t.mul(FloatVector.fromMemorySegment(SPECIES, EVERYTHING, posWeight + offset, ORDER));
      }
      if (WRITTEN || SUMMED) {
        FloatVector y = LossLanes.minusValue(z, e, u, v, POS_WEIGHT);
        if (WEIGHT) {
          y = y.mul(FloatVector.fromMemorySegment(SPECIES, EVERYTHING, weight + offset, ORDER));
        }
        if (WRITTEN) {
          y.broadcast(0).sub(y).intoMemorySegment(EVERYTHING, loss + offset, ORDER);
        } else {
          sum = sum.add(y);
        }
      }
      if (GRADIENT) {
        FloatVector g = LossLanes.gradient(z, e, u, v, POS_WEIGHT, (float) scale);
        if (WEIGHT) {
          g = g.mul(FloatVector.fromMemorySegment(SPECIES, EVERYTHING, weight + offset, ORDER));
        }
        g.intoMemorySegment(EVERYTHING, gradient + offset, ORDER);
      }
    }
    if (SUMMED) {
      FloatVector.zero(SPECIES).sub(sum).intoMemorySegment(EVERYTHING, sums, ORDER);
    }
  }
}

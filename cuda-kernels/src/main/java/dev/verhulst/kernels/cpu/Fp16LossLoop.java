package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;

import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Binary cross-entropy with logits in FP16: a template that {@link LoopWeaver} flattens, with a
 * {@link LossVariant} as its class data.
 */
final class Fp16LossLoop extends LossLoop {

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
    // Of the inputs; the gradient takes the place of the logits, the loss that of the target.
    float[] zs = floats[0];
    float[] ts = floats[1];
    float[] ws = floats[2];
    float[] posWs = floats[3];
    int part = Fp16Arrays.part(count);
    for (int first = 0; first < count; first += part) {
      int length = Math.min(part, count - first);
      long offset = (long) first * Short.BYTES;
      Fp16Arrays.read(logits + offset, zs, length);
      Fp16Arrays.read(target + offset, ts, length);
      if (WEIGHT) {
        Fp16Arrays.read(weight + offset, ws, length);
      }
      if (POS_WEIGHT) {
        Fp16Arrays.read(posWeight + offset, posWs, length);
      }
      for (int i = 0; i < length; i += LENGTH) {
        FloatVector z = FloatVector.fromArray(SPECIES, zs, i);
        FloatVector t = FloatVector.fromArray(SPECIES, ts, i);
        FloatVector e = HalfLossLanes.exp(z, GRADIENT);
        FloatVector v = t.broadcast(1).sub(t);
        FloatVector u = t;
        if (POS_WEIGHT) {
          u = t.mul(FloatVector.fromArray(SPECIES, posWs, i));
        }
        if (WRITTEN || SUMMED) {
          FloatVector y = HalfLossLanes.minusValue(z, e, u, v, POS_WEIGHT, SUMMED);
          if (WEIGHT) {
            y = y.mul(FloatVector.fromArray(SPECIES, ws, i));
          }
          if (WRITTEN) {
            y.broadcast(0).sub(y).intoArray(ts, i);
          } else {
            sum = sum.add(y);
          }
        }
        if (GRADIENT) {
          FloatVector g = LossLanes.gradient(z, e, 1, u, v, POS_WEIGHT, (float) scale);
          if (WEIGHT) {
            g = g.mul(FloatVector.fromArray(SPECIES, ws, i));
          }
          g.intoArray(zs, i);
        }
      }
      if (WRITTEN) {
        Fp16Arrays.write(ts, loss + offset, length);
      }
      if (GRADIENT) {
        Fp16Arrays.write(zs, gradient + offset, length);
      }
    }
    if (SUMMED) {
      FloatVector.zero(SPECIES).sub(sum).intoMemorySegment(EVERYTHING, sums, ORDER);
    }
  }
}

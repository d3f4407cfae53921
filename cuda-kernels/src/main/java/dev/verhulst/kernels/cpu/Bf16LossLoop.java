package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;

import dev.verhulst.kernels.lanes.Bf16Pairs;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Binary cross-entropy with logits in BF16, computed in FP32 lanes: a template that {@link
 * LoopWeaver} flattens, with a {@link LossVariant} as its class data.
 */
final class Bf16LossLoop extends LossLoop {

  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> PAIRS = FLOATS.withLanes(int.class).check(int.class);
  private static final int STEP = HalfLoop.STEP;
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
    return STEP;
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
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int i = 0; i < count; i += STEP) {
      long offset = (long) i * Short.BYTES;
      IntVector z = IntVector.fromMemorySegment(PAIRS, EVERYTHING, logits + offset, ORDER);
      IntVector t = IntVector.fromMemorySegment(PAIRS, EVERYTHING, target + offset, ORDER);
      FloatVector zEven = Bf16Pairs.even(z);
      FloatVector zOdd = Bf16Pairs.odd(z);
      FloatVector uEven = Bf16Pairs.even(t);
      FloatVector uOdd = Bf16Pairs.odd(t);
      FloatVector vEven = uEven.broadcast(1).sub(uEven);
      FloatVector vOdd = uOdd.broadcast(1).sub(uOdd);
      if (POS_WEIGHT) {
        IntVector w = IntVector.fromMemorySegment(PAIRS, EVERYTHING, posWeight + offset, ORDER);
        uEven = uEven.mul(Bf16Pairs.even(w));
        uOdd = uOdd.mul(Bf16Pairs.odd(w));
      }
      FloatVector eEven = HalfLossLanes.exp(zEven, GRADIENT);
      FloatVector eOdd = HalfLossLanes.exp(zOdd, GRADIENT);
      if (WRITTEN || SUMMED) {
        FloatVector even = HalfLossLanes.minusValue(zEven, eEven, uEven, vEven, POS_WEIGHT, SUMMED);
        FloatVector odd = HalfLossLanes.minusValue(zOdd, eOdd, uOdd, vOdd, POS_WEIGHT, SUMMED);
        if (WEIGHT) {
          IntVector w = IntVector.fromMemorySegment(PAIRS, EVERYTHING, weight + offset, ORDER);
          even = even.mul(Bf16Pairs.even(w));
          odd = odd.mul(Bf16Pairs.odd(w));
        }
        if (WRITTEN) {
          FloatVector zero = FloatVector.zero(FLOATS);
          Bf16Pairs.pairs(zero.sub(even), zero.sub(odd))
              .intoMemorySegment(EVERYTHING, loss + offset, ORDER);
        } else {
          sum = sum.add(even.add(odd));
        }
      }
      if (GRADIENT) {
        FloatVector even =
            LossLanes.gradient(zEven, eEven, 1, uEven, vEven, POS_WEIGHT, (float) scale);
        FloatVector odd = LossLanes.gradient(zOdd, eOdd, 1, uOdd, vOdd, POS_WEIGHT, (float) scale);
        if (WEIGHT) {
          IntVector w = IntVector.fromMemorySegment(PAIRS, EVERYTHING, weight + offset, ORDER);
          even = even.mul(Bf16Pairs.even(w));
          odd = odd.mul(Bf16Pairs.odd(w));
        }
        Bf16Pairs.pairs(even, odd).intoMemorySegment(EVERYTHING, gradient + offset, ORDER);
      }
    }
    if (SUMMED) {
      FloatVector.zero(FLOATS).sub(sum).intoMemorySegment(EVERYTHING, sums, ORDER);
    }
  }
}

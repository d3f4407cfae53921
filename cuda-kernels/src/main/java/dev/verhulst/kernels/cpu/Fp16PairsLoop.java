package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;

import dev.verhulst.kernels.activation.Fp16Lanes;
import dev.verhulst.kernels.activation.Lanes;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops in FP16 of an activation that has lanes of its own for values: a template that {@link
 * LoopWeaver} makes a class of for each. All else is left to {@link Fp16ElementwiseLoop}.
 */
final class Fp16PairsLoop extends ElementwiseLoop {

  private static final VectorSpecies<Integer> SPECIES =
      FloatVector.SPECIES_PREFERRED.withLanes(int.class).check(int.class);
  private static final int STEP = HalfLoop.STEP;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  @Override
  int step() {
    return STEP;
  }

  @Override
  void value(Lanes lanes, long x, long output, int count, float[][] floats) {
    Fp16Lanes fp16 = (Fp16Lanes) lanes;
    for (int i = 0; i < count; i += STEP) {
      long offset = (long) i * Short.BYTES;
      IntVector v = IntVector.fromMemorySegment(SPECIES, EVERYTHING, x + offset, ORDER);
      fp16.valueOfFp16(v).intoMemorySegment(EVERYTHING, output + offset, ORDER);
    }
  }

  @Override
  void derivative(Lanes lanes, long x, long output, int count, float[][] floats) {
    staged(lanes).derivative(lanes, x, output, count, floats);
  }

  @Override
  void gradient(Lanes lanes, long x, long gradY, long output, int count, float[][] floats) {
    staged(lanes).gradient(lanes, x, gradY, output, count, floats);
  }

  /** By way of {@code Object}: the weaver would look for the operator's own method. */
  private static ElementwiseLoop staged(Object lanes) {
    return Loops.FP16.get(lanes.getClass());
  }
}

package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;

import dev.verhulst.kernels.activation.Lanes;
import dev.verhulst.kernels.lanes.Bf16Pairs;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops in BF16, computed in FP32 lanes: a template that {@link LoopWeaver} makes a class of
 * for each activation. Converted on the way, and not in loops of their own, the elements are read
 * evenly: memory that is read in bursts keeps the loop waiting.
 */
final class Bf16ElementwiseLoop extends ElementwiseLoop {

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
    for (int i = 0; i < count; i += STEP) {
      long offset = (long) i * Short.BYTES;
      IntVector v = IntVector.fromMemorySegment(SPECIES, EVERYTHING, x + offset, ORDER);
      lanes.valueOfBf16(v).intoMemorySegment(EVERYTHING, output + offset, ORDER);
    }
  }

  @Override
  void derivative(Lanes lanes, long x, long output, int count, float[][] floats) {
    for (int i = 0; i < count; i += STEP) {
      long offset = (long) i * Short.BYTES;
      IntVector v = IntVector.fromMemorySegment(SPECIES, EVERYTHING, x + offset, ORDER);
      FloatVector even = lanes.derivative(Bf16Pairs.even(v));
      FloatVector odd = lanes.derivative(Bf16Pairs.odd(v));
      Bf16Pairs.pairs(even, odd).intoMemorySegment(EVERYTHING, output + offset, ORDER);
    }
  }

  @Override
  void gradient(Lanes lanes, long x, long gradY, long output, int count, float[][] floats) {
    for (int i = 0; i < count; i += STEP) {
      long offset = (long) i * Short.BYTES;
      IntVector v = IntVector.fromMemorySegment(SPECIES, EVERYTHING, x + offset, ORDER);
      IntVector g = IntVector.fromMemorySegment(SPECIES, EVERYTHING, gradY + offset, ORDER);
      FloatVector even = lanes.derivative(Bf16Pairs.even(v)).mul(Bf16Pairs.even(g));
      FloatVector odd = lanes.derivative(Bf16Pairs.odd(v)).mul(Bf16Pairs.odd(g));
      Bf16Pairs.pairs(even, odd).intoMemorySegment(EVERYTHING, output + offset, ORDER);
    }
  }
}

package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;

import dev.verhulst.kernels.lanes.Bf16Pairs;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The loops of BF16: a template that {@link LoopWeaver} flattens. */
final class Bf16Loop extends HalfLoop {

  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = FLOATS.withLanes(int.class).check(int.class);
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final long VECTOR = FLOATS.vectorByteSize();

  @Override
  void toFloats(long from, long to, int count) {
    for (int i = 0; i < count; i += STEP) {
      IntVector pairs =
          IntVector.fromMemorySegment(INTS, EVERYTHING, from + (long) i * Short.BYTES, ORDER);
      long target = to + (long) i * Float.BYTES;
      Bf16Pairs.even(pairs).intoMemorySegment(EVERYTHING, target, ORDER);
      Bf16Pairs.odd(pairs).intoMemorySegment(EVERYTHING, target + VECTOR, ORDER);
    }
  }

  @Override
  void fromFloats(long from, long to, int count) {
    for (int i = 0; i < count; i += STEP) {
      long source = from + (long) i * Float.BYTES;
      IntVector even = IntVector.fromMemorySegment(INTS, EVERYTHING, source, ORDER);
      IntVector odd = IntVector.fromMemorySegment(INTS, EVERYTHING, source + VECTOR, ORDER);
      Bf16Pairs.joined(roundedOrNan(even), roundedOrNan(odd))
          .intoMemorySegment(EVERYTHING, to + (long) i * Short.BYTES, ORDER);
    }
  }

  private static IntVector roundedOrNan(IntVector bits) {
    VectorMask<Integer> isNan = bits.and(0x7fffffff).compare(VectorOperators.GT, 0x7f800000);
    return Bf16Pairs.rounded(bits).blend(bits.or(0x00400000), isNan);
  }
}

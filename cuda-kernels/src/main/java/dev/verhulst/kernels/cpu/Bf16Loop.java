package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;

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
      IntVector pair =
          IntVector.fromMemorySegment(INTS, EVERYTHING, from + (long) i * Short.BYTES, ORDER);
      long target = to + (long) i * Float.BYTES;
      pair.lanewise(VectorOperators.LSHL, 16).intoMemorySegment(EVERYTHING, target, ORDER);
      pair.and(0xffff0000).intoMemorySegment(EVERYTHING, target + VECTOR, ORDER);
    }
  }

  @Override
  void fromFloats(long from, long to, int count) {
    for (int i = 0; i < count; i += STEP) {
      long source = from + (long) i * Float.BYTES;
      IntVector even = rounded(IntVector.fromMemorySegment(INTS, EVERYTHING, source, ORDER));
      IntVector odd =
          rounded(IntVector.fromMemorySegment(INTS, EVERYTHING, source + VECTOR, ORDER));
      even.lanewise(VectorOperators.LSHR, 16)
          .or(odd.and(0xffff0000))
          .intoMemorySegment(EVERYTHING, to + (long) i * Short.BYTES, ORDER);
    }
  }

  /** The half in the upper 16 bits. */
  private static IntVector rounded(IntVector bits) {
    VectorMask<Integer> isNan = bits.and(0x7fffffff).compare(VectorOperators.GT, 0x7f800000);
    return bits.lanewise(VectorOperators.LSHR, 16)
        .and(1)
        .add(0x7fff)
        .add(bits)
        .blend(bits.or(0x00400000), isNan);
  }
}

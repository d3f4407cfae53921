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
      IntVector pairs =
          IntVector.fromMemorySegment(INTS, EVERYTHING, from + (long) i * Short.BYTES, ORDER);
      long target = to + (long) i * Float.BYTES;
      even(pairs).intoMemorySegment(EVERYTHING, target, ORDER);
      odd(pairs).intoMemorySegment(EVERYTHING, target + VECTOR, ORDER);
    }
  }

  @Override
  void fromFloats(long from, long to, int count) {
    for (int i = 0; i < count; i += STEP) {
      long source = from + (long) i * Float.BYTES;
      IntVector even = IntVector.fromMemorySegment(INTS, EVERYTHING, source, ORDER);
      IntVector odd = IntVector.fromMemorySegment(INTS, EVERYTHING, source + VECTOR, ORDER);
      joined(roundedOrNan(even), roundedOrNan(odd))
          .intoMemorySegment(EVERYTHING, to + (long) i * Short.BYTES, ORDER);
    }
  }

  /** The halves at even places. */
  static FloatVector even(IntVector pairs) {
    return pairs.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
  }

  /** The halves at odd places. */
  static FloatVector odd(IntVector pairs) {
    return pairs.and(0xffff0000).reinterpretAsFloats();
  }

  /**
   * Rounds, and puts the halves in their places. The lower 16 bits of every NaN must be 0, as they
   * are in what is computed from halves: then rounding leaves it alone.
   */
  static IntVector pairs(FloatVector even, FloatVector odd) {
    return joined(rounded(even.reinterpretAsInts()), rounded(odd.reinterpretAsInts()));
  }

  private static IntVector joined(IntVector even, IntVector odd) {
    return even.lanewise(VectorOperators.LSHR, 16).or(odd.and(0xffff0000));
  }

  /** The half in the upper 16 bits. */
  private static IntVector rounded(IntVector bits) {
    return bits.lanewise(VectorOperators.LSHR, 16).and(1).add(0x7fff).add(bits);
  }

  private static IntVector roundedOrNan(IntVector bits) {
    VectorMask<Integer> isNan = bits.and(0x7fffffff).compare(VectorOperators.GT, 0x7f800000);
    return rounded(bits).blend(bits.or(0x00400000), isNan);
  }
}

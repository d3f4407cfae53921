package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;

import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The loops of FP16, in integer lanes: a template that {@link LoopWeaver} flattens. */
final class Fp16Loop extends HalfLoop {

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
      toFloat(pair.lanewise(VectorOperators.LSHL, 16)).intoMemorySegment(EVERYTHING, target, ORDER);
      toFloat(pair).intoMemorySegment(EVERYTHING, target + VECTOR, ORDER);
    }
  }

  /**
   * The upper halves: sign, exponent and mantissa go to their places in a float, and a product with
   * 2¹¹² mends the exponent, subnormals included.
   */
  private static FloatVector toFloat(IntVector halves) {
    IntVector moved = halves.lanewise(VectorOperators.ASHR, 3).and(0x8fffe000);
    VectorMask<Integer> notFinite = moved.and(0x0f800000).compare(VectorOperators.EQ, 0x0f800000);
    return moved
        .reinterpretAsFloats()
        .mul(0x1p112f)
        .reinterpretAsInts()
        .lanewise(VectorOperators.OR, 0x7f800000, notFinite)
        .reinterpretAsFloats();
  }

  @Override
  void fromFloats(long from, long to, int count) {
    for (int i = 0; i < count; i += STEP) {
      long source = from + (long) i * Float.BYTES;
      IntVector even = fromFloat(IntVector.fromMemorySegment(INTS, EVERYTHING, source, ORDER));
      IntVector odd =
          fromFloat(IntVector.fromMemorySegment(INTS, EVERYTHING, source + VECTOR, ORDER));
      even.or(odd.lanewise(VectorOperators.LSHL, 16))
          .intoMemorySegment(EVERYTHING, to + (long) i * Short.BYTES, ORDER);
    }
  }

  /** The half in the lower 16 bits. */
  private static IntVector fromFloat(IntVector bits) {
    IntVector magnitude = bits.and(0x7fffffff);
    // Half a unit in the last place, less one bit where the last place is even; and the exponent.
    IntVector normal =
        magnitude
            .add(magnitude.lanewise(VectorOperators.LSHR, 13).and(1))
            .sub(0x38000000 - 0xfff)
            .lanewise(VectorOperators.LSHR, 13)
            .min(0x7c00);
    // The last place of 1/2 is that of the subnormals of FP16, 2⁻²⁴.
    IntVector subnormal =
        magnitude.reinterpretAsFloats().add(0.5f).reinterpretAsInts().sub(0x3f000000);
    return normal
        .blend(subnormal, magnitude.compare(VectorOperators.LT, 0x38800000))
        .blend(0x7e00, magnitude.compare(VectorOperators.GT, 0x7f800000))
        .or(bits.lanewise(VectorOperators.LSHR, 16).and(0x8000));
  }
}

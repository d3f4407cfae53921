package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;

import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The two 16-bit types, to FP32 and back, rounding to nearest even. Two vectors of floats hold one
 * vector of halves: first the halves at even places, then those at odd places.
 */
enum HalfFormat {
  FP16 {
    @Override
    void toFloats(long from, long to, int count) {
      for (int i = 0; i < count; i += STEP) {
        IntVector pair = IntVector.fromMemorySegment(INTS, EVERYTHING, from + i * 2L, ORDER);
        even(pair).intoMemorySegment(EVERYTHING, to + i * 4L, ORDER);
        even(pair.lanewise(VectorOperators.LSHR, 16))
            .intoMemorySegment(EVERYTHING, to + i * 4L + VECTOR, ORDER);
      }
    }

    private static FloatVector even(IntVector halves) {
      IntVector magnitude = halves.and(0x7fff).lanewise(VectorOperators.LSHL, 13);
      IntVector sign = halves.and(0x8000).lanewise(VectorOperators.LSHL, 16);
      VectorMask<Integer> notFinite = magnitude.compare(VectorOperators.GE, 0x0f800000);
      IntVector finite = magnitude.reinterpretAsFloats().mul(0x1p112f).reinterpretAsInts();
      return finite.blend(magnitude.or(0x7f800000), notFinite).or(sign).reinterpretAsFloats();
    }

    @Override
    void fromFloats(long from, long to, int count) {
      for (int i = 0; i < count; i += STEP) {
        IntVector even =
            half(FloatVector.fromMemorySegment(FLOATS, EVERYTHING, from + i * 4L, ORDER));
        IntVector odd =
            half(FloatVector.fromMemorySegment(FLOATS, EVERYTHING, from + i * 4L + VECTOR, ORDER));
        even.or(odd.lanewise(VectorOperators.LSHL, 16))
            .intoMemorySegment(EVERYTHING, to + i * 2L, ORDER);
      }
    }

    private static IntVector half(FloatVector x) {
      IntVector bits = x.reinterpretAsInts();
      IntVector magnitude = bits.and(0x7fffffff);
      IntVector sign = bits.lanewise(VectorOperators.LSHR, 16).and(0x8000);
      // Adding a power of two whose ulp is 2⁻²⁴ rounds to the subnormals of FP16.
      IntVector subnormal =
          magnitude.reinterpretAsFloats().add(0.5f).reinterpretAsInts().sub(0x3f000000);
      IntVector odd = magnitude.lanewise(VectorOperators.LSHR, 13).and(1);
      IntVector normal =
          magnitude.add(odd).sub(0x38000000 - 0xfff).lanewise(VectorOperators.LSHR, 13).min(0x7c00);
      IntVector result =
          normal
              .blend(subnormal, magnitude.compare(VectorOperators.LT, 0x38800000))
              .blend(0x7e00, magnitude.compare(VectorOperators.GT, 0x7f800000));
      return result.or(sign);
    }
  },

  BF16 {
    @Override
    void toFloats(long from, long to, int count) {
      for (int i = 0; i < count; i += STEP) {
        IntVector pair = IntVector.fromMemorySegment(INTS, EVERYTHING, from + i * 2L, ORDER);
        pair.lanewise(VectorOperators.LSHL, 16).intoMemorySegment(EVERYTHING, to + i * 4L, ORDER);
        pair.and(0xffff0000).intoMemorySegment(EVERYTHING, to + i * 4L + VECTOR, ORDER);
      }
    }

    @Override
    void fromFloats(long from, long to, int count) {
      for (int i = 0; i < count; i += STEP) {
        IntVector even =
            rounded(IntVector.fromMemorySegment(INTS, EVERYTHING, from + i * 4L, ORDER));
        IntVector odd =
            rounded(IntVector.fromMemorySegment(INTS, EVERYTHING, from + i * 4L + VECTOR, ORDER));
        even.lanewise(VectorOperators.LSHR, 16)
            .or(odd.and(0xffff0000))
            .intoMemorySegment(EVERYTHING, to + i * 2L, ORDER);
      }
    }

    private static IntVector rounded(IntVector bits) {
      IntVector odd = bits.lanewise(VectorOperators.LSHR, 16).and(1);
      VectorMask<Integer> isNan = bits.and(0x7fffffff).compare(VectorOperators.GT, 0x7f800000);
      return bits.add(odd).add(0x7fff).blend(bits.or(0x00400000), isNan);
    }
  };

  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = FLOATS.withLanes(int.class).check(int.class);
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final long VECTOR = FLOATS.vectorByteSize();

  /** How many halves one iteration takes. */
  static final int STEP = 2 * FLOATS.length();

  /** Converts {@code count} halves, a multiple of {@link #STEP}. */
  abstract void toFloats(long from, long to, int count);

  /** Converts to {@code count} halves, a multiple of {@link #STEP}. */
  abstract void fromFloats(long from, long to, int count);
}

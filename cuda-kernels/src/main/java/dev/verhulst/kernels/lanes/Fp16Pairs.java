package dev.verhulst.kernels.lanes;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.OR;
import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * FP16 lanes, two in each lane of {@code int}: the one at the even place in the lower 16 bits. For
 * functions that need not tell apart what lies below 2⁻¹⁴, nor what is infinite or NaN: the
 * processor's own conversions do, but cannot be had in a vector loop.
 */
public final class Fp16Pairs {

  /** So that an exponent of FP16 needs some of its bits set and nothing added. */
  static final float INPUT_SCALE = 0x1p-16f;

  /** So that the lower bits of an exponent are those of FP16. */
  static final float OUTPUT_SCALE = 0x1p-48f;

  private static final int EXPONENT_OF_INPUT = 0x30000000;

  private Fp16Pairs() {}

  /** The numbers at even places times {@link #INPUT_SCALE}. */
  static FloatVector even(IntVector pairs) {
    return odd(pairs.lanewise(LSHL, 16));
  }

  /**
   * The numbers at odd places times {@link #INPUT_SCALE}: sign, exponent and mantissa go to their
   * places in a float. What is below 2⁻¹⁴ becomes a number of its sign below 2⁻¹⁴.
   */
  static FloatVector odd(IntVector pairs) {
    return pairs
        .lanewise(ASHR, 3)
        .and(0x8fffe000)
        .lanewise(OR, EXPONENT_OF_INPUT)
        .reinterpretAsFloats();
  }

  /**
   * Rounds numbers from 0 to 1, half-way up, and puts them in their places.
   *
   * @param even the numbers at even places times {@link #OUTPUT_SCALE}
   * @param odd the numbers at odd places times {@link #OUTPUT_SCALE}
   */
  static IntVector pairsHalfUp(FloatVector even, FloatVector odd) {
    IntVector lower = rounded(even).lanewise(LSHR, 13);
    IntVector upper = rounded(odd).lanewise(LSHL, 3);
    return lower.lanewise(XOR, upper).and(0xffff).lanewise(XOR, upper);
  }

  /**
   * The bits of FP16 in bits 13 to 28: those of the scaled y where it is 2⁻¹⁴ or more; and below,
   * those of y / 2 + 2⁻¹⁵, which is in the binade of exponent 0 and has the subnormal's mantissa.
   * Wanted is the larger of the two.
   */
  private static IntVector rounded(FloatVector y) {
    FloatVector subnormal = y.lanewise(FMA, 0.5f, (0x1p-15f + 0x1p-26f) * OUTPUT_SCALE);
    return y.reinterpretAsInts().add(0x1000).max(subnormal.reinterpretAsInts());
  }
}

package dev.verhulst.kernels.lanes;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * FP16 lanes, two in each lane of {@code int}: the one at the even place in the lower 16 bits. For
 * functions that need not tell apart what lies below 2⁻¹⁴, nor what is infinite or NaN: the
 * processor's own conversions do, but cannot be had in a vector loop.
 */
public final class Fp16Pairs {

  private Fp16Pairs() {}

  /** The numbers at even places. */
  static FloatVector even(IntVector pairs) {
    return odd(pairs.lanewise(LSHL, 16));
  }

  /**
   * The numbers at odd places: sign, exponent and mantissa go to their places in a float. What is
   * below 2⁻¹⁴ becomes a number of its sign below 2⁻¹⁴.
   */
  static FloatVector odd(IntVector pairs) {
    return pairs.lanewise(ASHR, 3).and(0x8fffe000).add(0x38000000).reinterpretAsFloats();
  }

  /** Rounds numbers from 0 to 1, half-way up, and puts them in their places. */
  static IntVector pairsHalfUp(FloatVector even, FloatVector odd) {
    IntVector lower = rounded(even).lanewise(LSHR, 13);
    IntVector upper = rounded(odd).lanewise(LSHL, 3);
    return lower
        .lanewise(XOR, upper)
        .and(0xffff)
        .lanewise(XOR, upper)
        .reinterpretAsShorts()
        .sub((short) 0xc400)
        .reinterpretAsInts();
  }

  /**
   * The bits of FP16 in bits 13 to 28, plus 0xc400. A subnormal result, and one of 2⁻¹⁴, has its
   * mantissa where y + 2⁻¹⁴ has it; a normal one where y has it, a binade higher. Wanted is the
   * larger of the two.
   */
  private static IntVector rounded(FloatVector y) {
    IntVector subnormal = y.add(0x1p-14f + 0x1p-25f).reinterpretAsInts();
    return y.reinterpretAsInts().add(0x00800000 + 0x1000).max(subnormal);
  }
}

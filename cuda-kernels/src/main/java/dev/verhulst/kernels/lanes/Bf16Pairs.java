package dev.verhulst.kernels.lanes;

import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * BF16 lanes, two in each lane of {@code int}: the one at the even place in the lower 16 bits. The
 * bits of a number in BF16 are the upper half of its bits in FP32.
 */
public final class Bf16Pairs {

  private static final int UPPER = 0xffff0000;

  private Bf16Pairs() {}

  /** The numbers at even places. */
  public static FloatVector even(IntVector pairs) {
    return pairs.lanewise(LSHL, 16).reinterpretAsFloats();
  }

  /** The numbers at odd places. */
  public static FloatVector odd(IntVector pairs) {
    return pairs.and(UPPER).reinterpretAsFloats();
  }

  /**
   * Rounds to nearest even, and puts the numbers in their places. The lower 16 bits of every NaN
   * must be 0, as they are in what is computed from BF16: then rounding leaves it alone.
   */
  public static IntVector pairs(FloatVector even, FloatVector odd) {
    return joined(rounded(even.reinterpretAsInts()), rounded(odd.reinterpretAsInts()));
  }

  /** The same for results that are half-way between two numbers only where the upper is right. */
  public static IntVector pairsHalfUp(FloatVector even, FloatVector odd) {
    return joined(even.reinterpretAsInts().add(0x8000), odd.reinterpretAsInts().add(0x8000));
  }

  /** The upper 16 bits of each. */
  public static IntVector joined(IntVector even, IntVector odd) {
    return even.lanewise(LSHR, 16).or(odd.and(UPPER));
  }

  /** The number in BF16 in the upper 16 bits, and anything in the lower ones. */
  public static IntVector rounded(IntVector bits) {
    return bits.lanewise(LSHR, 16).and(1).add(0x7fff).add(bits);
  }
}

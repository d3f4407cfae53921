package dev.verhulst.kernels.activation;

import dev.verhulst.kernels.lanes.Bf16Pairs;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * A function and its derivative over SIMD lanes. The CPU backend copies the bytecode of these
 * methods, and of every static method of this project that they call, into a loop of its own for
 * each implementing class, so that the class must be public, branches belong into lanes, and of its
 * own fields it reads only record components.
 */
public interface Lanes {

  /** The value over FP32 lanes: any species, no allocation, no branch. */
  FloatVector value(FloatVector x);

  /** The value over FP32 lanes of numbers of 16 bits, and to be rounded to 16 bits. */
  default FloatVector valueToRound(FloatVector x) {
    return value(x);
  }

  /** The value over BF16 lanes, as {@link Bf16Pairs}. */
  default IntVector valueOfBf16(IntVector pairs) {
    return Bf16Pairs.pairs(valueToRound(Bf16Pairs.even(pairs)), valueToRound(Bf16Pairs.odd(pairs)));
  }

  /** The derivative over FP32 lanes. */
  FloatVector derivative(FloatVector x);

  /** The value over FP64 lanes. */
  DoubleVector value(DoubleVector x);

  /** The derivative over FP64 lanes. */
  DoubleVector derivative(DoubleVector x);
}

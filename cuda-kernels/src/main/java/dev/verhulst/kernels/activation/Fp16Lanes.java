package dev.verhulst.kernels.activation;

import dev.verhulst.kernels.lanes.Fp16Pairs;
import jdk.incubator.vector.IntVector;

/**
 * A function whose value in FP16 takes less than that in FP32 and the conversions to it and back.
 */
public interface Fp16Lanes extends Lanes {

  /** The value over FP16 lanes, as {@link Fp16Pairs}. */
  IntVector valueOfFp16(IntVector pairs);
}

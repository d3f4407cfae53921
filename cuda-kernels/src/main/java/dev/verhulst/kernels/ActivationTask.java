package dev.verhulst.kernels;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One tensor to pass through an activation. Every segment is native memory, row-major, of the
 * call's data type; {@code x} and every output hold {@code elements} elements. An output may be the
 * very segment of {@code x} (in place) where it is the only output asked for; otherwise segments do
 * not overlap.
 *
 * @param elements how many elements {@code x} has; 0 is valid
 * @param lastDimension the length of the last dimension, which divides {@code elements}: the row of
 *     a softmax, the channels of a PReLU; element-wise activations ignore it
 * @param x the input
 * @param slope for PReLU, {@code lastDimension} slopes; otherwise null
 * @param gradY the gradient of the output, needed where {@code gradX} is asked for
 * @param y where to write the value, or null where it is not asked for
 * @param dyDx where to write the derivative (for softmax, the diagonal of the Jacobian), or null
 * @param gradX where to write {@code gradY · dy/dx} (for softmax, the product with the whole
 *     Jacobian), or null
 */
public record ActivationTask(
    long elements,
    long lastDimension,
    MemorySegment x,
    @Nullable MemorySegment slope,
    @Nullable MemorySegment gradY,
    @Nullable MemorySegment y,
    @Nullable MemorySegment dyDx,
    @Nullable MemorySegment gradX) {

  /** Whether an output is written where the input is, which is lost then if the call fails. */
  public boolean isInPlace() {
    return isAtInput(y) || isAtInput(dyDx) || isAtInput(gradX);
  }

  private boolean isAtInput(@Nullable MemorySegment output) {
    return output != null && output.address() == x.address();
  }
}

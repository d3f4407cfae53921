package dev.verhulst.kernels;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One tensor of logits to take the loss of. Every segment is native memory, row-major, of the
 * call's data type, and segments do not overlap.
 *
 * @param elements how many logits there are; 0 is valid (the mean of none is NaN, as in PyTorch,
 *     and the sum is 0)
 * @param labels the length of the last dimension, which divides {@code elements}
 * @param logits {@code elements} logits z
 * @param target {@code elements} targets t in [0, 1]
 * @param weight {@code elements} weights, or null for 1
 * @param posWeight {@code labels} weights of the positive class, or null for 1
 * @param loss where to write the loss, or null where it is not asked for: one element for the
 *     reductions mean and sum, {@code elements} for none
 * @param gradLogits where to write d loss / d logits ({@code elements}; for reduction none, of the
 *     sum of the losses), or null
 */
public record LossTask(
    long elements,
    long labels,
    MemorySegment logits,
    MemorySegment target,
    @Nullable MemorySegment weight,
    @Nullable MemorySegment posWeight,
    @Nullable MemorySegment loss,
    @Nullable MemorySegment gradLogits) {}

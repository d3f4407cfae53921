package dev.verhulst.kernels;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One request's rows for a head. Every segment is native memory, row-major, of the head's data
 * type; outputs overlap neither each other nor the features.
 *
 * @param rows how many rows there are; 0 is valid
 * @param features the rows' features, [rows, features]
 * @param logits where to write X Wᵀ + b, [rows, labels], or null
 * @param probabilities where to write the sigmoid of the calibrated logits, [rows, labels], or null
 */
public record HeadTask(
    long rows,
    MemorySegment features,
    @Nullable MemorySegment logits,
    @Nullable MemorySegment probabilities) {}

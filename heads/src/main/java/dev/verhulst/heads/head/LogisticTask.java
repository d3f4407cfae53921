package dev.verhulst.heads.head;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One request's rows for a {@link LogisticHead}. Every segment is native memory, row-major; all but
 * {@code labels} are of the head's data type; outputs overlap neither each other nor the features.
 *
 * @param rows how many rows there are; 0 is valid
 * @param features the rows' features, [rows, features]
 * @param logits where to write the logits before calibration, [rows, labels], or null
 * @param probabilities where to write the probabilities, [rows, labels], or null
 * @param labels where to write which labels are set, [rows, labels], a byte of 0 or 1 each, or null
 */
public record LogisticTask(
    long rows,
    MemorySegment features,
    @Nullable MemorySegment logits,
    @Nullable MemorySegment probabilities,
    @Nullable MemorySegment labels) {}

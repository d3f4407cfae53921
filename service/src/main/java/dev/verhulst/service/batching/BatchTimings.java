package dev.verhulst.service.batching;

/**
 * Where a request's time went, by {@link System#nanoTime()}.
 *
 * @param queued when it entered the queue
 * @param started when the device took its batch
 * @param finished when its results were written
 * @param executionBatchSize the size of the batch it left in: the sum of {@link
 *     BatchRequest#batchSize()}
 */
public record BatchTimings(long queued, long started, long finished, long executionBatchSize) {}

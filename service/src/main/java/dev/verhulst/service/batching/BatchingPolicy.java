package dev.verhulst.service.batching;

import java.time.Duration;
import java.util.List;

/**
 * When the requests of a queue leave, and in which company.
 *
 * @param maxBatchSize how many batch items an execution may hold; a request with more is refused
 * @param maxBatchElements from how many elements on an execution takes no further request: a launch
 *     that large gains nothing by growing, and every request in it waits for the last. A single
 *     request may have more
 * @param maxQueueSize how many requests may wait
 * @param maxQueueDelay how long a request may be held back for company; zero for not at all
 * @param preferredBatchSizes batch sizes that leave before the delay has passed, ascending; empty
 *     for the largest only
 * @param defaultPriority the priority of a request that names none; 1 is served first
 * @param defaultTimeout how long a request that names no timeout may wait
 * @param concurrency how many executions may be on the device at once
 */
public record BatchingPolicy(
    long maxBatchSize,
    long maxBatchElements,
    int maxQueueSize,
    Duration maxQueueDelay,
    List<Long> preferredBatchSizes,
    int defaultPriority,
    Duration defaultTimeout,
    int concurrency) {

  /** Whether requests may be held back although the device is free. */
  boolean holdsBack() {
    return !maxQueueDelay.isZero();
  }
}

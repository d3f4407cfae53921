package dev.verhulst.service.batching;

import org.jspecify.annotations.Nullable;

/** A request in a {@link BatchQueue}. Instants are nanoseconds of one clock. */
class QueueEntry {

  final Object key;
  final long batchSize;
  final long elements;
  final int priority;
  final long queuedAt;
  final long deadline;

  /** The neighbours in the queue, which alone touches them. */
  @Nullable QueueEntry previous;

  @Nullable QueueEntry next;
  boolean queued;

  /**
   * @param key what must be equal for two requests to share an execution
   * @param batchSize how many batch items it holds
   * @param elements how many elements it holds
   * @param priority 1 is served first
   * @param queuedAt when it came
   * @param deadline from when on it must not leave any more
   */
  QueueEntry(
      Object key, long batchSize, long elements, int priority, long queuedAt, long deadline) {
    this.key = key;
    this.batchSize = batchSize;
    this.elements = elements;
    this.priority = priority;
    this.queuedAt = queuedAt;
    this.deadline = deadline;
  }

  boolean isExpired(long now) {
    return now - deadline >= 0;
  }
}

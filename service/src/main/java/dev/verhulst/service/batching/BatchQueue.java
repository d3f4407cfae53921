package dev.verhulst.service.batching;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one model that wait, by priority and then in order of arrival, and the decision
 * which of them leave together. A state machine: it knows no clock and no thread; whoever calls it
 * says what time it is, and calls it from one thread at a time.
 *
 * @param <E> what the caller queues
 */
final class BatchQueue<E extends QueueEntry> {

  private final BatchingPolicy policy;
  private final long maxQueueDelay;

  /** The head and tail of a list linked through its entries, so that any of them leaves at once. */
  private @Nullable QueueEntry first;

  private @Nullable QueueEntry last;
  private int size;

  BatchQueue(BatchingPolicy policy) {
    this.policy = policy;
    this.maxQueueDelay = policy.maxQueueDelay().toNanos();
  }

  int size() {
    return size;
  }

  /**
   * Adds a request behind those of its priority.
   *
   * @return false where the queue is full
   */
  boolean add(E entry, long now) {
    if (size >= policy.maxQueueSize()) {
      removeExpired(now);
      if (size >= policy.maxQueueSize()) {
        return false;
      }
    }
    QueueEntry before = last;
    while (before != null && before.priority > entry.priority) {
      before = before.previous;
    }
    link(entry, before);
    return true;
  }

  /**
   * Takes a request out of the queue.
   *
   * @return false where it had left already, in a batch or because its time had passed
   */
  boolean remove(E entry) {
    if (!entry.queued) {
      return false;
    }
    unlink(entry);
    return true;
  }

  /**
   * Takes the next batch out of the queue, where one should leave now. Requests whose time has
   * passed never leave in a batch; they are dropped.
   *
   * @return requests of one key, the first to be served first; empty where all should wait on
   */
  List<E> take(long now) {
    removeExpired(now);
    List<E> batch = maxQueueDelay == 0 ? takeFirst() : takeReady(now);
    batch.forEach(this::unlink);
    return batch;
  }

  /** Takes all requests out of the queue. */
  List<E> clear() {
    List<E> all = new ArrayList<>(size);
    while (first != null) {
      all.add(cast(first));
      unlink(first);
    }
    return all;
  }

  /** The batch that begins with the queue's first request. */
  private List<E> takeFirst() {
    if (first == null) {
      return List.of();
    }
    Candidate<E> candidate = new Candidate<>(policy);
    for (QueueEntry entry = first; entry != null && !candidate.full; entry = entry.next) {
      if (entry.key.equals(first.key)) {
        candidate.add(cast(entry));
      }
    }
    return candidate.preferredOrAll();
  }

  /** The first batch, by its first request, that is full, of a preferred size, or overdue. */
  private List<E> takeReady(long now) {
    Map<Object, Candidate<E>> candidates = new LinkedHashMap<>();
    for (QueueEntry entry = first; entry != null; entry = entry.next) {
      candidates.computeIfAbsent(entry.key, key -> new Candidate<>(policy)).add(cast(entry));
    }
    for (Candidate<E> candidate : candidates.values()) {
      if (now - candidate.oldest >= maxQueueDelay) {
        return candidate.requests;
      }
      if (candidate.full || candidate.preferred > 0) {
        return candidate.preferredOrAll();
      }
    }
    return List.of();
  }

  private void removeExpired(long now) {
    for (QueueEntry entry = first; entry != null; ) {
      QueueEntry next = entry.next;
      if (entry.isExpired(now)) {
        unlink(entry);
      }
      entry = next;
    }
  }

  private void link(QueueEntry entry, @Nullable QueueEntry before) {
    QueueEntry after = before == null ? first : before.next;
    entry.previous = before;
    entry.next = after;
    if (before == null) {
      first = entry;
    } else {
      before.next = entry;
    }
    if (after == null) {
      last = entry;
    } else {
      after.previous = entry;
    }
    entry.queued = true;
    size++;
  }

  private void unlink(QueueEntry entry) {
    QueueEntry before = entry.previous;
    QueueEntry after = entry.next;
    if (before == null) {
      first = after;
    } else {
      before.next = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.previous = before;
    }
    entry.previous = null;
    entry.next = null;
    entry.queued = false;
    size--;
  }

  @SuppressWarnings("unchecked") // only add() links entries, and it takes an E
  private E cast(QueueEntry entry) {
    return (E) entry;
  }

  /** Requests of one key that could leave together. */
  private static final class Candidate<E extends QueueEntry> {

    private final BatchingPolicy policy;
    final List<E> requests = new ArrayList<>();
    private long batchSize;
    private long elements;
    long oldest;

    /** No further request may join, so that waiting on is of no use. */
    boolean full;

    /** How many of the requests make up the largest preferred size; 0 where there is none. */
    int preferred;

    Candidate(BatchingPolicy policy) {
      this.policy = policy;
    }

    /** Requests are added in the order of the queue, and none passes one that did not fit. */
    void add(E request) {
      if (full) {
        return;
      }
      if (request.batchSize > policy.maxBatchSize() - batchSize && !requests.isEmpty()) {
        full = true;
        return;
      }
      if (requests.isEmpty() || request.queuedAt - oldest < 0) {
        oldest = request.queuedAt;
      }
      requests.add(request);
      batchSize += request.batchSize;
      elements += request.elements;
      full = batchSize >= policy.maxBatchSize() || elements >= policy.maxBatchElements();
      if (policy.preferredBatchSizes().contains(batchSize)) {
        preferred = requests.size();
      }
    }

    List<E> preferredOrAll() {
      return preferred > 0 ? requests.subList(0, preferred) : requests;
    }
  }
}

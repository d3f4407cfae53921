package dev.verhulst.service.model;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts who uses what a version of a model holds outside the heap, and frees it once it has been
 * retired and the last of them is done. Thread-safe.
 */
final class UseCount {

  /** Of a version that holds nothing. */
  static final UseCount NOTHING = new UseCount(null);

  private final @Nullable Runnable free;

  /** The users, and one more until it is retired. */
  private final AtomicLong count = new AtomicLong(1);

  /**
   * @param free called once; null where there is nothing to free
   */
  UseCount(@Nullable Runnable free) {
    this.free = free;
  }

  /** Begins a use; false where it is too late for that. */
  boolean begin() {
    if (free == null) {
      return true;
    }
    for (long users = count.get(); users > 0; users = count.get()) {
      if (count.compareAndSet(users, users + 1)) {
        return true;
      }
    }
    return false;
  }

  /** Ends a use. */
  void end() {
    if (free != null && count.decrementAndGet() == 0) {
      free.run();
    }
  }

  /** Says that nobody finds it any more; to be called once. */
  void retire() {
    end();
  }
}

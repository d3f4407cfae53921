package dev.verhulst.kernels.cuda;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The streams of a device, lent to one call at a time. A call waits for its first stream; it takes
 * further ones only where they are idle, so that calls never wait for each other in a circle.
 */
final class StreamPool {

  private final List<StagedStream> all;
  private final Deque<StagedStream> idle;
  private final ReentrantLock lock = new ReentrantLock(true);
  private final Condition changed = lock.newCondition();
  private boolean closed;

  StreamPool(List<StagedStream> streams) {
    all = List.copyOf(streams);
    idle = new ArrayDeque<>(streams);
  }

  int size() {
    return all.size();
  }

  /** Every stream, lent or not. */
  List<StagedStream> all() {
    return all;
  }

  /**
   * Lends at least one stream, and as many as are idle up to {@code wanted}.
   *
   * @throws IllegalStateException where the device is closed
   */
  Loan borrow(int wanted) {
    lock.lock();
    try {
      while (idle.isEmpty() && !closed) {
        changed.awaitUninterruptibly();
      }
      if (closed) {
        throw new IllegalStateException("the device is closed");
      }
      List<StagedStream> streams = new ArrayList<>();
      while (streams.size() < wanted && !idle.isEmpty()) {
        streams.add(idle.pop());
      }
      return new Loan(streams);
    } finally {
      lock.unlock();
    }
  }

  /** Lends no more, and waits until every stream is back. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
      while (idle.size() < all.size()) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Streams lent to one call, taken in turn, so that each works while the others copy. */
  final class Loan implements AutoCloseable {

    private final List<StagedStream> streams;
    private int next;

    private Loan(List<StagedStream> streams) {
      this.streams = streams;
    }

    /** The next stream in turn. */
    StagedStream next() {
      return streams.get(next++ % streams.size());
    }

    /**
     * Waits until everything given to these streams is done, or has failed and stopped.
     *
     * @throws CudaException where something failed, after all of them
     */
    void synchronize() {
      try (Resources waits = new Resources()) {
        streams.forEach(stream -> waits.onClose(stream::synchronize));
      }
    }

    /** Waits, after a failure, until nothing touches the caller's memory any more. */
    void settle(Throwable failure) {
      try {
        synchronize();
      } catch (CudaException e) {
        failure.addSuppressed(e);
      }
    }

    /** Gives the streams back. */
    @Override
    public void close() {
      lock.lock();
      try {
        streams.forEach(idle::push);
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}

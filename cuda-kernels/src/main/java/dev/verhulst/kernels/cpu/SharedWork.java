package dev.verhulst.kernels.cpu;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Work} on which several threads are at work: each has one contiguous part, which is twice
 * as fast from DRAM as blocks dealt out in turn, and helps the others when its own is done.
 */
final class SharedWork {

  /** Cursors are this far apart, so that no two share a cache line or a pair of them. */
  private static final int STRIDE = 16;

  private static final int SPINS = 2_000;

  private final Work work;
  private final int parts;
  private final AtomicLongArray next;
  private final AtomicLong unfinished;
  private final Thread caller = Thread.currentThread();
  private volatile @Nullable Throwable failure;

  SharedWork(Work work, int parts) {
    this.work = work;
    this.parts = parts;
    next = new AtomicLongArray(parts * STRIDE);
    for (int part = 0; part < parts; part++) {
      next.set(part * STRIDE, start(part));
    }
    unfinished = new AtomicLong(work.blocks());
  }

  int parts() {
    return parts;
  }

  private long start(int part) {
    return work.blocks() / parts * part + Math.min(part, work.blocks() % parts);
  }

  /** Computes the blocks of a part, and then what is left of the others'. */
  void takePart(int part, Scratch scratch) {
    long done = 0;
    for (int i = 0; i < parts; i++) {
      int of = (part + i) % parts;
      long end = start(of + 1);
      long block;
      while ((block = next.getAndIncrement(of * STRIDE)) < end) {
        compute(block, scratch);
        done++;
      }
    }
    if (done > 0 && unfinished.addAndGet(-done) == 0 && Thread.currentThread() != caller) {
      LockSupport.unpark(caller);
    }
  }

  private void compute(long block, Scratch scratch) {
    try {
      work.compute(block, scratch);
    } catch (Throwable e) {
      failure = e;
    }
  }

  /**
   * Waits until every block is computed; a helper that comes too late finds none and touches no
   * memory of the work.
   */
  void await() {
    for (int i = 0; i < SPINS && unfinished.get() != 0; i++) {
      Thread.onSpinWait();
    }
    boolean interrupted = false;
    while (unfinished.get() != 0) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
  }
}

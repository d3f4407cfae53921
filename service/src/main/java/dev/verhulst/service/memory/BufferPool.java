package dev.verhulst.service.memory;

import dev.verhulst.kernels.DeviceException;
import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.inference.Rejection;
import dev.verhulst.service.threads.EventLoopThread;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Host buffers under one budget. A buffer that comes back is kept for the next request of its size
 * class, and freed where another class needs its bytes. Where the budget is used up, requests wait
 * in the order of their arrival, so that many small ones never starve a large one. Thread-safe; the
 * way without waiting takes no lock.
 */
final class BufferPool {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final long budget;
  private final LongFunction<HostBuffer> allocator;
  private final LongSupplier nanoTime;
  private final FreeList[] idle;

  /** Bytes of all buffers, lent or idle. */
  private final AtomicLong allocated = new AtomicLong();

  private final AtomicInteger waiting = new AtomicInteger();

  /** Passed one at a time, in order of arrival; whoever holds it is the head of the queue. */
  private final Semaphore turnstile = new Semaphore(1, true);

  private volatile @Nullable Thread head;
  private volatile boolean closed;

  /**
   * @param budget how many bytes all buffers may have together
   * @param allocator makes a buffer of that many bytes
   */
  BufferPool(long budget, LongFunction<HostBuffer> allocator, LongSupplier nanoTime) {
    this.budget = budget;
    this.allocator = allocator;
    this.nanoTime = nanoTime;
    this.idle = new FreeList[SizeClasses.of(budget) + 1];
    for (int i = 0; i < idle.length; i++) {
      idle[i] = new FreeList();
    }
  }

  /** How many bytes a single buffer may have. */
  long budget() {
    return budget;
  }

  /** How many bytes all buffers have, lent or idle. */
  long allocatedBytes() {
    return allocated.get();
  }

  /** How many requests wait for their turn. */
  int waiting() {
    return waiting.get();
  }

  /**
   * A buffer of at least {@code byteSize} bytes, which must not exceed the budget.
   *
   * @throws InferenceException of kind UNAVAILABLE where the timeout passed, or the device has no
   *     memory
   */
  PooledBuffer acquire(long byteSize, Duration timeout) throws InterruptedException {
    int sizeClass = SizeClasses.of(byteSize);
    if (waiting.get() == 0) {
      PooledBuffer pooled = idle[sizeClass].pop();
      if (pooled != null) {
        return pooled;
      }
      if (reserve(capacity(sizeClass))) {
        return allocate(sizeClass);
      }
    }
    EventLoopThread.leaveLoop();
    PooledBuffer pooled = await(sizeClass, timeout);
    return pooled != null ? pooled : allocate(sizeClass);
  }

  void release(PooledBuffer buffer) {
    if (closed) {
      buffer.free();
      allocated.addAndGet(-buffer.capacity());
    } else {
      idle[buffer.sizeClass()].push(buffer, nanoTime.getAsLong());
      wakeHead();
      if (closed) {
        freeIdle(Duration.ZERO);
      }
    }
  }

  /** Frees the buffers that nobody has used for {@code retention}. */
  void freeIdle(Duration retention) {
    long idleSince = nanoTime.getAsLong() - retention.toNanos();
    for (FreeList list : idle) {
      allocated.addAndGet(-list.freeIdle(idleSince));
    }
    wakeHead();
  }

  /** Frees every idle buffer now, and every lent one when it comes back. */
  void close() {
    closed = true;
    freeIdle(Duration.ZERO);
  }

  /** Waits for a turn; then an idle buffer, or null where the bytes of a new one are reserved. */
  private @Nullable PooledBuffer await(int sizeClass, Duration timeout)
      throws InterruptedException {
    long deadline = nanoTime.getAsLong() + timeout.toNanos();
    waiting.incrementAndGet();
    try {
      if (!turnstile.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        throw timedOut(timeout);
      }
      try {
        head = Thread.currentThread();
        while (true) {
          PooledBuffer pooled = idle[sizeClass].pop();
          if (pooled != null || reserve(capacity(sizeClass))) {
            return pooled;
          }
          long remaining = deadline - nanoTime.getAsLong();
          if (remaining <= 0) {
            throw timedOut(timeout);
          }
          LockSupport.parkNanos(this, remaining);
          if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while waiting for tensor memory");
          }
        }
      } finally {
        head = null;
        turnstile.release();
      }
    } finally {
      waiting.decrementAndGet();
    }
  }

  /** Takes bytes out of the budget, freeing idle buffers where it must; false where it cannot. */
  private boolean reserve(long capacity) {
    while (true) {
      long used = allocated.get();
      if (used + capacity > budget) {
        if (!evict()) {
          return false;
        }
      } else if (allocated.compareAndSet(used, used + capacity)) {
        return true;
      }
    }
  }

  /** Frees one idle buffer, the largest. */
  private boolean evict() {
    for (int i = idle.length - 1; i >= 0; i--) {
      PooledBuffer victim = idle[i].pop();
      if (victim != null) {
        victim.free();
        allocated.addAndGet(-victim.capacity());
        wakeHead();
        return true;
      }
    }
    return false;
  }

  /** Makes a buffer whose bytes are reserved. */
  private PooledBuffer allocate(int sizeClass) {
    long capacity = capacity(sizeClass);
    boolean made = false;
    try {
      HostBuffer buffer = allocator.apply(capacity);
      made = true;
      return new PooledBuffer(sizeClass, capacity, buffer, buffer.segment());
    } catch (DeviceException | OutOfMemoryError e) {
      throw InferenceException.unavailable(
          Rejection.NO_MEMORY,
          "the machine has no " + capacity + " bytes of host memory left: " + e.getMessage(),
          RETRY_AFTER);
    } finally {
      if (!made) {
        allocated.addAndGet(-capacity);
        wakeHead();
      }
    }
  }

  /** The last class ends at the budget: a larger buffer could never be had. */
  private long capacity(int sizeClass) {
    return Math.min(SizeClasses.capacity(sizeClass), budget);
  }

  private void wakeHead() {
    if (waiting.get() > 0) {
      LockSupport.unpark(head);
    }
  }

  private InferenceException timedOut(Duration timeout) {
    return InferenceException.unavailable(
        Rejection.NO_MEMORY,
        "no tensor memory became free within "
            + timeout.toMillis()
            + " ms: all "
            + budget
            + " bytes of it are in use (verhulst.memory.budget)",
        RETRY_AFTER);
  }
}

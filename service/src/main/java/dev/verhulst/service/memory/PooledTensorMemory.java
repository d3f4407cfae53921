package dev.verhulst.service.memory;

import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.service.inference.InferenceException;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/**
 * Tensor memory in two pools: a sixteenth of the budget serves leases of up to 64 KiB, so that
 * small requests never queue behind uploads of gigabytes; the rest serves all others.
 */
public final class PooledTensorMemory implements TensorMemory, AutoCloseable {

  /** The smallest budget: below it the share for small leases could not hold a single one. */
  public static final long SMALLEST_BUDGET = 1L << 20;

  private static final long LARGEST_SMALL_LEASE = 1L << 16;
  private static final int SMALL_SHARE = 16;

  private final long budget;
  private final BufferPool small;
  private final BufferPool large;
  private final LongAdder openLeases = new LongAdder();
  private final LongAdder leasedBytes = new LongAdder();

  /**
   * @param budget how many bytes of host memory there may be, at least {@link #SMALLEST_BUDGET}
   * @param allocator makes a buffer of that many bytes
   * @param nanoTime the clock, {@link System#nanoTime()} outside of tests
   */
  public PooledTensorMemory(
      long budget, LongFunction<HostBuffer> allocator, LongSupplier nanoTime) {
    if (budget < SMALLEST_BUDGET) {
      throw new IllegalArgumentException(
          "verhulst.memory.budget must be at least " + SMALLEST_BUDGET + " bytes, got " + budget);
    }
    this.budget = budget;
    this.small = new BufferPool(budget / SMALL_SHARE, allocator, nanoTime);
    this.large = new BufferPool(budget - budget / SMALL_SHARE, allocator, nanoTime);
  }

  @Override
  public Lease lease(long byteSize, Duration timeout) throws InterruptedException {
    if (byteSize < 0) {
      throw new IllegalArgumentException("byteSize must not be negative, got " + byteSize);
    }
    if (byteSize > large.budget()) {
      throw InferenceException.invalidArgument(
          "the request needs "
              + byteSize
              + " bytes of tensor memory, more than the "
              + large.budget()
              + " that one request may have; raise verhulst.memory.budget (now "
              + budget
              + " bytes)");
    }
    PooledBuffer buffer = poolOf(byteSize).acquire(byteSize, timeout);
    openLeases.increment();
    leasedBytes.add(byteSize);
    return new PooledLease(this, buffer, byteSize);
  }

  @Override
  public int openLeases() {
    return openLeases.intValue();
  }

  @Override
  public long leasedBytes() {
    return leasedBytes.sum();
  }

  /** How many bytes of host memory there may be. */
  public long budget() {
    return budget;
  }

  /** How many bytes of host memory there are, lent or idle. */
  public long allocatedBytes() {
    return small.allocatedBytes() + large.allocatedBytes();
  }

  /** How many requests wait for memory. */
  public int waiting() {
    return small.waiting() + large.waiting();
  }

  /** Frees the larger buffers that nobody has used for {@code retention}. */
  public void freeIdle(Duration retention) {
    large.freeIdle(retention);
  }

  /** Frees every idle buffer now, and every lent one when its lease ends. */
  @Override
  public void close() {
    small.close();
    large.close();
  }

  void takeBack(PooledBuffer buffer, long byteSize) {
    leasedBytes.add(-byteSize);
    openLeases.decrement();
    poolOf(byteSize).release(buffer);
  }

  private BufferPool poolOf(long byteSize) {
    return byteSize <= LARGEST_SMALL_LEASE ? small : large;
  }
}

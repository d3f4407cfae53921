package dev.verhulst.service.jobs;

import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.inference.Rejection;
import dev.verhulst.service.memory.Lease;
import dev.verhulst.service.memory.TensorMemory;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The share of tensor memory that jobs may hold together. They hold it until they have ended, so
 * that who finds it used up is refused at once, and all beyond it is left to inference.
 * Thread-safe.
 */
final class JobTensorMemory implements TensorMemory {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private final TensorMemory memory;
  private final long budget;
  private final AtomicLong held = new AtomicLong();

  /**
   * @param budget how many bytes jobs may hold together
   */
  JobTensorMemory(TensorMemory memory, long budget) {
    this.memory = memory;
    this.budget = budget;
  }

  @Override
  public Lease lease(long byteSize, Duration timeout) throws InterruptedException {
    if (byteSize > budget) {
      throw InferenceException.invalidArgument(
          "the job's request needs %d bytes of tensor memory, more than the %d that jobs may have; send fewer rows, or a file, or raise the share (verhulst.jobs.tensor-budget)"
              .formatted(byteSize, budget));
    }
    if (held.addAndGet(byteSize) > budget) {
      long others = held.addAndGet(-byteSize);
      throw InferenceException.unavailable(
          Rejection.NO_MEMORY,
          "the job's request needs %d bytes of tensor memory, and other jobs hold %d of the %d that jobs may have (verhulst.jobs.tensor-budget): try again when one has ended"
              .formatted(byteSize, others, budget),
          RETRY_AFTER);
    }
    boolean leased = false;
    try {
      Lease lease = new Held(memory.lease(byteSize, timeout), byteSize);
      leased = true;
      return lease;
    } finally {
      if (!leased) {
        held.addAndGet(-byteSize);
      }
    }
  }

  @Override
  public int openLeases() {
    return memory.openLeases();
  }

  @Override
  public long leasedBytes() {
    return held.get();
  }

  private final class Held implements Lease {

    private final Lease lease;
    private final long byteSize;
    private final AtomicBoolean closed = new AtomicBoolean();

    Held(Lease lease, long byteSize) {
      this.lease = lease;
      this.byteSize = byteSize;
    }

    @Override
    public MemorySegment segment() {
      return lease.segment();
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        lease.close();
        held.addAndGet(-byteSize);
      }
    }
  }
}

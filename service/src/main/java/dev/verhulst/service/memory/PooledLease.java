package dev.verhulst.service.memory;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/** A pooled buffer's first bytes, lent. */
final class PooledLease implements Lease {

  private static final AtomicReferenceFieldUpdater<PooledLease, @Nullable PooledBuffer> BUFFER =
      AtomicReferenceFieldUpdater.newUpdater(PooledLease.class, PooledBuffer.class, "buffer");

  private final PooledTensorMemory memory;
  private final MemorySegment segment;

  /** Null once the lease is closed. */
  private volatile @Nullable PooledBuffer buffer;

  PooledLease(PooledTensorMemory memory, PooledBuffer buffer, long byteSize) {
    this.memory = memory;
    this.buffer = buffer;
    this.segment = buffer.segment().asSlice(0, byteSize);
  }

  @Override
  public MemorySegment segment() {
    if (buffer == null) {
      throw new IllegalStateException("this is a bug: the lease is closed");
    }
    return segment;
  }

  @Override
  public void close() {
    PooledBuffer returned = BUFFER.getAndSet(this, null);
    if (returned != null) {
      memory.takeBack(returned, segment.byteSize());
    }
  }
}

package dev.verhulst.service.exchange;

import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.service.memory.Lease;
import dev.verhulst.service.memory.TensorMemory;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tensor memory of one request: for its body where that is read before it is understood, and
 * for its tensors. Closing it gives all of it back. Not thread-safe.
 */
public final class RequestMemory implements AutoCloseable {

  private final TensorMemory memory;
  private final Duration waitTimeout;
  private @Nullable Lease body;
  private final List<Lease> pieces = new ArrayList<>(0);
  private @Nullable Lease tensors;
  private long bodyByteSize;

  /**
   * @param waitTimeout how long to wait for memory where the request does not say
   */
  public RequestMemory(TensorMemory memory, Duration waitTimeout) {
    this.memory = memory;
    this.waitTimeout = waitTimeout;
  }

  /**
   * Memory for a body of numbers as text, with half as much again behind it: as a rule the tensors
   * fit there, so that a request does not hold memory while it waits for more.
   */
  public MemorySegment body(long byteSize) throws InterruptedException {
    bodyByteSize = byteSize;
    body = memory.lease(Math.addExact(byteSize, byteSize / 2), waitTimeout);
    return body.segment().asSlice(0, byteSize);
  }

  /**
   * Memory for more of a body whose length nobody knows, beside what it has, which stays where it
   * is.
   */
  public MemorySegment piece(long byteSize) throws InterruptedException {
    Lease piece = memory.lease(byteSize, waitTimeout);
    pieces.add(piece);
    return piece.segment();
  }

  /**
   * Memory for tensors, aligned.
   *
   * @param timeout how long the request is ready to wait; zero where it does not say
   */
  MemorySegment tensors(long byteSize, Duration timeout) throws InterruptedException {
    if (body != null) {
      MemorySegment whole = body.segment();
      long start = aligned(bodyByteSize);
      if (start <= whole.byteSize() && byteSize <= whole.byteSize() - start) {
        return whole.asSlice(start, byteSize);
      }
    }
    tensors = memory.lease(byteSize, timeout.isZero() ? waitTimeout : timeout);
    return tensors.segment();
  }

  /** Memory for tensors of those sizes, each aligned, in one piece. */
  public List<MemorySegment> tensors(List<Long> byteSizes) throws InterruptedException {
    long whole = 0;
    for (long byteSize : byteSizes) {
      whole = Math.addExact(whole, aligned(byteSize));
    }
    MemorySegment memoryOfAll = tensors(whole, Duration.ZERO);
    List<MemorySegment> segments = new ArrayList<>();
    long offset = 0;
    for (long byteSize : byteSizes) {
      segments.add(memoryOfAll.asSlice(offset, byteSize));
      offset += aligned(byteSize);
    }
    return segments;
  }

  /** The next place at or after an offset where a tensor may begin. */
  static long aligned(long offset) {
    return Math.addExact(offset, HostBuffer.ALIGNMENT - 1) & -HostBuffer.ALIGNMENT;
  }

  @Override
  public void close() {
    if (tensors != null) {
      tensors.close();
    }
    if (body != null) {
      body.close();
    }
    pieces.forEach(Lease::close);
  }
}

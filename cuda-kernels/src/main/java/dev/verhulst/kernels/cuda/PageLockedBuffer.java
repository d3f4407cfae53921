package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.HostBuffer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/** Page-locked memory, which the GPU reads and writes over the bus without a detour. */
final class PageLockedBuffer implements HostBuffer {

  /** The scope of all page-locked memory, by which its segments and their slices are known. */
  private static final Arena PAGE_LOCKED = Arena.ofAuto();

  private final PageLockedMemory owner;
  private final HostAddress address;
  private final MemorySegment segment;
  private final AtomicBoolean freed = new AtomicBoolean();

  PageLockedBuffer(PageLockedMemory owner, HostAddress address, long byteSize) {
    this.owner = owner;
    this.address = address;
    this.segment =
        MemorySegment.ofAddress(address.address()).reinterpret(byteSize, PAGE_LOCKED, null);
  }

  /** Whether a segment is part of such a buffer, of any GPU: all of them can reach it. */
  static boolean holds(MemorySegment segment) {
    return segment.scope().equals(PAGE_LOCKED.scope());
  }

  @Override
  public MemorySegment segment() {
    return segment;
  }

  HostAddress address() {
    return address;
  }

  /** Whether this call is the first to free it. */
  boolean markFreed() {
    return freed.compareAndSet(false, true);
  }

  /** Frees the memory; once the device is closed, which has freed it, this does nothing. */
  @Override
  public void close() {
    owner.free(this);
  }
}

package dev.verhulst.kernels.cpu;

import dev.verhulst.kernels.HostBuffer;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/** Off-heap memory for the CPU, aligned to a cache line. */
final class CpuHostBuffer implements HostBuffer {

  private final MemorySegment allocation;
  private final MemorySegment segment;
  private final AtomicBoolean closed = new AtomicBoolean();

  CpuHostBuffer(long byteSize) {
    allocation = NativeMemory.allocate(Math.addExact(byteSize, ALIGNMENT));
    long address = (allocation.address() + ALIGNMENT - 1) & -ALIGNMENT;
    segment = MemorySegment.ofAddress(address).reinterpret(byteSize);
  }

  @Override
  public MemorySegment segment() {
    return segment;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      NativeMemory.free(allocation);
    }
  }
}

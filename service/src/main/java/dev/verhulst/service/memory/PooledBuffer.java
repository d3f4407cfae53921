package dev.verhulst.service.memory;

import dev.verhulst.kernels.HostBuffer;
import java.lang.foreign.MemorySegment;

/**
 * A host buffer that outlives its leases.
 *
 * @param sizeClass the class of {@link SizeClasses} whose requests it serves
 * @param capacity what it counts in the budget, in bytes
 * @param segment all of its memory
 */
record PooledBuffer(int sizeClass, long capacity, HostBuffer hostBuffer, MemorySegment segment) {

  void free() {
    hostBuffer.close();
  }
}

package dev.verhulst.service.sharedmemory;

import java.lang.foreign.MemorySegment;

/**
 * A piece of a POSIX shared memory object, mapped.
 *
 * @param name what callers call it
 * @param key the object's name, with or without its leading slash
 * @param offset where the piece begins in the object, in bytes
 * @param memory the piece; it stays mapped as long as somebody holds it
 */
public record SharedMemoryRegion(String name, String key, long offset, MemorySegment memory) {

  /** The size of the piece, in bytes. */
  public long byteSize() {
    return memory.byteSize();
  }
}

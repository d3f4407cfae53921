package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.HostBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** The page-locked buffers of a device. */
final class PageLockedMemory {

  private final CudaContext context;
  private final Set<PageLockedBuffer> open = ConcurrentHashMap.newKeySet();

  /** Allocating and freeing share it; closing has it alone. */
  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  private boolean closed;

  PageLockedMemory(CudaContext context) {
    this.context = context;
  }

  HostBuffer allocate(long byteSize) {
    if (byteSize < 0) {
      throw new IllegalArgumentException("expected a size of 0 or more bytes, got " + byteSize);
    }
    lock.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the device is closed");
      }
      // The driver does not allocate 0 bytes.
      HostAddress address = context.call(() -> CudaDriver.allocateHost(Math.max(byteSize, 1)));
      PageLockedBuffer buffer = new PageLockedBuffer(this, address, byteSize);
      open.add(buffer);
      return buffer;
    } finally {
      lock.readLock().unlock();
    }
  }

  void free(PageLockedBuffer buffer) {
    lock.readLock().lock();
    try {
      if (!closed && buffer.markFreed()) {
        open.remove(buffer);
        context.release(() -> CudaDriver.freeHost(buffer.address()));
      }
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Frees what is still open, and allocates no more. */
  void close() {
    lock.writeLock().lock();
    try (Resources resources = new Resources()) {
      closed = true;
      for (PageLockedBuffer buffer : open) {
        resources.onClose(() -> context.release(() -> CudaDriver.freeHost(buffer.address())));
      }
      open.clear();
    } finally {
      lock.writeLock().unlock();
    }
  }
}

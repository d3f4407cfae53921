package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.DeviceException;
import dev.verhulst.kernels.HostBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Host memory that GPUs share: allocated in the process, and page-locked through the context of one
 * GPU for all of them. With that context its page-locking goes, never the memory itself: GPUs then
 * copy it more slowly, until it is page-locked anew through another context.
 */
final class PageLockedMemory {

  private static final Logger LOG = LoggerFactory.getLogger(PageLockedMemory.class);

  /** Those of the GPUs that work, in the order in which they are asked to page-lock. */
  private final List<CudaContext> contexts = new CopyOnWriteArrayList<>();

  private final Set<PageLockedBuffer> open = ConcurrentHashMap.newKeySet();

  /** What nobody uses any more, and a lost context still holds. */
  private final Set<PageLockedBuffer> stranded = ConcurrentHashMap.newKeySet();

  /** Through which buffers are page-locked, also those that are lost, but not gone yet. */
  private final Set<CudaContext> registrars = ConcurrentHashMap.newKeySet();

  private final AtomicInteger pageable = new AtomicInteger();

  /** Allocating and freeing share it; closing has it alone. */
  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  private boolean closed;

  /**
   * Allocates memory, page-locked where a GPU works.
   *
   * @throws DeviceException where there is none, or a GPU that works does not page-lock it
   */
  HostBuffer allocate(long byteSize) {
    return allocate(byteSize, contexts);
  }

  /** Allocates memory that is page-locked through the first of these contexts that works. */
  HostBuffer allocate(long byteSize, List<CudaContext> candidates) {
    if (byteSize < 0) {
      throw new IllegalArgumentException("expected a size of 0 or more bytes, got " + byteSize);
    }
    lock.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the device is closed");
      }
      PageLockedBuffer buffer = new PageLockedBuffer(this, byteSize);
      open.add(buffer);
      try {
        register(buffer, candidates);
      } catch (RuntimeException | Error e) {
        free(buffer);
        throw e;
      }
      return buffer;
    } finally {
      lock.readLock().unlock();
    }
  }

  void free(PageLockedBuffer buffer) {
    lock.readLock().lock();
    try {
      if (!closed && open.remove(buffer)) {
        freeOrStrand(buffer);
      }
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * Whether every buffer is page-locked, so that a kernel of any GPU may read and write it where it
   * lies. A call that asks may rely on it until it returns, where it is one that {@link
   * CudaPool#run} makes.
   */
  boolean isPageLocked() {
    return registrars.stream().allMatch(CudaContext::isUsable) && pageable.get() == 0;
  }

  void addRegistrar(CudaContext context) {
    registrars.add(context);
  }

  void countPageable(int change) {
    pageable.addAndGet(change);
  }

  /** Page-locks through that context too, from now on, and what is not page-locked now. */
  void join(CudaContext context) {
    contexts.add(context);
    registerAll();
  }

  /**
   * Page-locks no longer through that context. What is page-locked through it becomes pageable,
   * unless the context is lost, and then holds it until it is {@link #forget}.
   */
  void leave(CudaContext context) {
    contexts.remove(context);
    if (context.isUsable()) {
      open.forEach(buffer -> buffer.unregister(context));
      registrars.remove(context);
    }
  }

  /** Takes note that the context is gone, and page-locks anew what it held. */
  void forget(CudaContext context) {
    // Buffers count as pageable before the context no longer counts as lost.
    open.forEach(buffer -> buffer.forget(context));
    registrars.remove(context);
    for (PageLockedBuffer buffer : stranded) {
      buffer.forget(context);
      if (buffer.free()) {
        stranded.remove(buffer);
      }
    }
    registerAll();
  }

  /** Frees what is still open, and allocates no more. Every context is still there. */
  void close() {
    lock.writeLock().lock();
    try (Resources resources = new Resources()) {
      closed = true;
      open.forEach(buffer -> resources.onClose(() -> freeOrStrand(buffer)));
      open.clear();
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void freeOrStrand(PageLockedBuffer buffer) {
    if (!buffer.free()) {
      stranded.add(buffer);
    }
  }

  private void register(PageLockedBuffer buffer, List<CudaContext> candidates) {
    for (CudaContext context : candidates) {
      if (buffer.register(context)) {
        return;
      }
    }
    buffer.notePageable();
  }

  private void registerAll() {
    try {
      open.forEach(buffer -> register(buffer, contexts));
    } catch (DeviceException e) {
      LOG.warn("Host memory is not page-locked any more, and slower: {}", e.getMessage());
    }
  }
}

package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.DeviceException;
import dev.verhulst.kernels.HostBuffer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Host memory that GPUs read and write over the bus without a detour while it is page-locked. The
 * memory is the process's own: it stays valid whatever becomes of a GPU. Its monitor guards its
 * state.
 */
final class PageLockedBuffer implements HostBuffer {

  /** The scope of all such memory, by which its segments and their slices are known. */
  private static final Arena SHARED = Arena.ofAuto();

  private final PageLockedMemory owner;
  private final MemorySegment pages;
  private final MemorySegment segment;

  /** Through which it is page-locked, also where that context is lost, but not gone yet. */
  private @Nullable CudaContext registrar;

  /** Whether it is in its owner's count of buffers that are in use and not page-locked. */
  private boolean pageable;

  private boolean freed;

  PageLockedBuffer(PageLockedMemory owner, long byteSize) {
    this.owner = owner;
    this.pages = PageAlignedMemory.allocate(byteSize);
    this.segment = MemorySegment.ofAddress(pages.address()).reinterpret(byteSize, SHARED, null);
  }

  /** Whether a segment is part of such a buffer. */
  static boolean holds(MemorySegment segment) {
    return segment.scope().equals(SHARED.scope());
  }

  @Override
  public MemorySegment segment() {
    return segment;
  }

  /**
   * Page-locks it for all GPUs, unless it is, or is freed.
   *
   * @return whether the context can be used
   * @throws DeviceException where a context that stays usable refuses
   */
  synchronized boolean register(CudaContext context) {
    if (!freed && registrar == null) {
      try {
        context.run(() -> CudaDriver.registerHost(pages));
        registrar = context;
        owner.addRegistrar(context);
        count(false);
      } catch (DeviceException e) {
        if (context.isUsable()) {
          throw e;
        }
        return false;
      }
    }
    return context.isUsable();
  }

  /** What was page-locked through that context no longer is, since it is gone. */
  synchronized void forget(CudaContext context) {
    if (registrar == context) {
      registrar = null;
      count(true);
    }
  }

  /** Takes note that no GPU could page-lock it, where that is so. */
  synchronized void notePageable() {
    count(!freed && registrar == null);
  }

  private void count(boolean isPageable) {
    if (pageable != isPageable) {
      pageable = isPageable;
      owner.countPageable(isPageable ? 1 : -1);
    }
  }

  /** Makes it pageable, where that context page-locked it and still can. */
  synchronized void unregister(CudaContext context) {
    if (registrar == context && context.isUsable()) {
      context.release(() -> CudaDriver.unregisterHost(pages));
      if (context.isUsable()) {
        forget(context);
      }
    }
  }

  /**
   * Frees the memory, unless a lost context still holds it: another piece must not get its address
   * before that is gone.
   *
   * @return whether the memory is free
   */
  synchronized boolean free() {
    if (!freed) {
      CudaContext context = registrar;
      if (context != null) {
        unregister(context);
      }
      if (registrar != null) {
        return false;
      }
      freed = true;
      count(false);
      PageAlignedMemory.free(pages);
    }
    return true;
  }

  /** Frees the memory; once its owner is closed, which has freed it, this does nothing. */
  @Override
  public void close() {
    owner.free(this);
  }
}

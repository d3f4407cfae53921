package dev.verhulst.kernels.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.verhulst.kernels.DeviceException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Off-heap memory in whole pages, of the process and not of a GPU: it outlives every context. Whole
 * pages, since that is what gets page-locked; two pieces must not share one.
 */
final class PageAlignedMemory {

  private static final long PAGE = 4096;

  private static final MethodHandle ALIGNED_ALLOC =
      handle("aligned_alloc", FunctionDescriptor.of(ADDRESS, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle FREE = handle("free", FunctionDescriptor.ofVoid(ADDRESS));

  private PageAlignedMemory() {}

  /**
   * Allocates memory whose content is undefined, in whole pages.
   *
   * @param byteSize the least size; 0 is valid
   * @throws DeviceException where there is no such memory
   */
  static MemorySegment allocate(long byteSize) {
    long whole = Math.max(Math.ceilDiv(byteSize, PAGE), 1) * PAGE;
    MemorySegment memory;
    try {
      memory = (MemorySegment) ALIGNED_ALLOC.invokeExact(PAGE, whole);
    } catch (Throwable e) {
      throw new IllegalStateException("this is a bug: aligned_alloc cannot be called", e);
    }
    if (memory.address() == 0) {
      throw new DeviceException(
          "no "
              + whole
              + " bytes of host memory are free; lower the memory budget or give the process more");
    }
    return memory.reinterpret(whole);
  }

  /** Frees what {@link #allocate} gave. */
  static void free(MemorySegment memory) {
    try {
      FREE.invokeExact(memory);
    } catch (Throwable e) {
      throw new IllegalStateException("this is a bug: free cannot be called", e);
    }
  }

  private static MethodHandle handle(String function, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(function), type);
  }
}

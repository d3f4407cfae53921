package dev.verhulst.kernels.cpu;

import dev.verhulst.kernels.DeviceException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Off-heap memory by address. The loops read and write {@link #EVERYTHING} at absolute addresses,
 * checked before: they see one constant segment in the global scope, never one of a caller's, since
 * a single heap segment passed to a loop makes it several times slower for good.
 */
final class NativeMemory {

  /** The whole address space. */
  static final MemorySegment EVERYTHING = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  // malloc instead of an arena: an arena fills what it allocates with zeros, and closing a shared
  // one stops every thread.
  private static final MethodHandle MALLOC =
      handle("malloc", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
  private static final MethodHandle FREE =
      handle("free", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));

  private NativeMemory() {}

  /**
   * Allocates memory whose content is undefined.
   *
   * @throws DeviceException where there is no such memory
   */
  static MemorySegment allocate(long byteSize) {
    MemorySegment memory;
    try {
      memory = (MemorySegment) MALLOC.invokeExact(byteSize);
    } catch (Throwable e) {
      throw new IllegalStateException("this is a bug: malloc cannot be called", e);
    }
    if (memory.address() == 0) {
      throw new DeviceException(
          "no "
              + byteSize
              + " bytes of off-heap memory are free; lower the memory budget or give the process"
              + " more");
    }
    return memory;
  }

  /** Frees what {@link #allocate} gave. */
  static void free(MemorySegment memory) {
    try {
      FREE.invokeExact(memory);
    } catch (Throwable e) {
      throw new IllegalStateException("this is a bug: free cannot be called", e);
    }
  }

  /** Copies bytes between absolute addresses. */
  static void copy(long from, long to, long byteSize) {
    MemorySegment.copy(EVERYTHING, from, EVERYTHING, to, byteSize);
  }

  private static MethodHandle handle(String function, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(function), type);
  }
}

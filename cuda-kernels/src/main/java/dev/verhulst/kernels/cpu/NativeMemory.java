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

  /** The bits that an address may have. */
  private static final long WITHIN = (1L << 56) - 1;

  // malloc instead of an arena: an arena fills what it allocates with zeros, and closing a shared
  // one stops every thread.
  private static final MethodHandle MALLOC =
      handle("malloc", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
  private static final MethodHandle FREE =
      handle("free", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));

  /** From here on large pages are worth asking for: two of x86's. */
  private static final long LARGE = 4 << 20;

  private static final long PAGE = 4096;

  /** Linux's MADV_HUGEPAGE. */
  private static final int HUGE_PAGE = 14;

  private static final boolean IS_LINUX = System.getProperty("os.name").equals("Linux");

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

  /**
   * Asks the kernel to back memory that has not been touched yet by large pages: what is read from
   * end to end again and again then costs few address translations. It may decline; nothing depends
   * on it.
   */
  static void preferLargePages(MemorySegment memory) {
    if (!IS_LINUX || memory.byteSize() < LARGE) {
      return;
    }
    long start = (memory.address() + PAGE - 1) & -PAGE;
    long size = memory.address() + memory.byteSize() - start;
    try {
      int _ = (int) Advice.MADVISE.invokeExact(MemorySegment.ofAddress(start), size, HUGE_PAGE);
    } catch (Throwable e) {
      throw new IllegalStateException("this is a bug: madvise cannot be called", e);
    }
  }

  /** Frees what {@link #allocate} gave. */
  static void free(MemorySegment memory) {
    try {
      FREE.invokeExact(memory);
    } catch (Throwable e) {
      throw new IllegalStateException("this is a bug: free cannot be called", e);
    }
  }

  /**
   * The address, so that the compiler knows that it is within {@link #EVERYTHING}, and what follows
   * it within a loop of {@code int} steps too: such a loop begins without any check.
   */
  static long within(long address) {
    return address & WITHIN;
  }

  /** Copies bytes between absolute addresses. */
  static void copy(long from, long to, long byteSize) {
    MemorySegment.copy(EVERYTHING, from, EVERYTHING, to, byteSize);
  }

  private static MethodHandle handle(String function, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(function), type);
  }

  /** Made where it is there to be called. */
  private static final class Advice {
    static final MethodHandle MADVISE =
        handle(
            "madvise",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT));
  }
}

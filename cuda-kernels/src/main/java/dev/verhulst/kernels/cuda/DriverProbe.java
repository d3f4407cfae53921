package dev.verhulst.kernels.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * The first question to the NVIDIA driver: is it there, and how many GPUs does it see? It is asked
 * without JCuda, which throws a page of text where {@code libcuda.so.1} is missing, and whose
 * runtime library cannot tell a missing driver from an old one.
 *
 * @param deviceCount how many GPUs the driver sees
 * @param driverVersion the newest CUDA version that the driver supports, e.g. 12060 for 12.6
 */
record DriverProbe(int deviceCount, int driverVersion) {

  /** The driver's library: part of the driver, not of the CUDA toolkit. */
  static final String LIBRARY = "libcuda.so.1";

  /** There is no library of the driver; the message says so. */
  static final class NoDriverException extends Exception {

    NoDriverException(String message) {
      super(message);
    }
  }

  /**
   * Asks.
   *
   * @throws NoDriverException where there is no driver
   * @throws CudaException where the driver says no
   */
  static DriverProbe ask() throws NoDriverException {
    SymbolLookup library;
    try {
      // Never closed: the driver starts threads, and JCuda loads it again.
      library = SymbolLookup.libraryLookup(LIBRARY, Arena.global());
    } catch (IllegalArgumentException e) {
      throw new NoDriverException(
          "there is no NVIDIA driver (%s was not found)".formatted(LIBRARY));
    } catch (IllegalCallerException e) {
      throw new NoDriverException(
          "Java may not call native code (start it with --enable-native-access=ALL-UNNAMED)");
    }
    call(library, "cuInit", JAVA_INT, 0);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment answer = arena.allocate(JAVA_INT);
      call(library, "cuDriverGetVersion", ADDRESS, answer);
      int driverVersion = answer.get(JAVA_INT, 0);
      call(library, "cuDeviceGetCount", ADDRESS, answer);
      return new DriverProbe(answer.get(JAVA_INT, 0), driverVersion);
    }
  }

  private static void call(
      SymbolLookup library, String name, MemoryLayout parameter, Object argument)
      throws NoDriverException {
    MemorySegment function =
        library
            .find(name)
            .orElseThrow(
                () -> new NoDriverException("%s has no function %s".formatted(LIBRARY, name)));
    MethodHandle handle =
        Linker.nativeLinker().downcallHandle(function, FunctionDescriptor.of(JAVA_INT, parameter));
    int result;
    try {
      result = (int) handle.invoke(argument);
    } catch (Throwable e) {
      throw new IllegalStateException("this is a bug: " + name + " was called wrongly", e);
    }
    if (result != 0) {
      throw new CudaException(name, result);
    }
  }
}

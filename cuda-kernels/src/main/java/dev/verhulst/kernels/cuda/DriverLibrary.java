package dev.verhulst.kernels.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * The NVIDIA driver's library, called without JCuda: before JCuda may be touched, and where JCuda
 * stands in the way.
 */
final class DriverLibrary {

  /** Part of the driver, not of the CUDA toolkit. */
  static final String NAME = "libcuda.so.1";

  /** There is no library of the driver; the message says so. */
  static final class NoDriverException extends Exception {

    NoDriverException(String message) {
      super(message);
    }
  }

  private static @Nullable DriverLibrary instance;

  private final SymbolLookup functions;

  private DriverLibrary(SymbolLookup functions) {
    this.functions = functions;
  }

  /**
   * Loads the library.
   *
   * @throws NoDriverException where there is none
   */
  static synchronized DriverLibrary load() throws NoDriverException {
    if (instance == null) {
      try {
        // Never closed: the driver starts threads, and JCuda loads it again.
        instance = new DriverLibrary(SymbolLookup.libraryLookup(NAME, Arena.global()));
      } catch (IllegalArgumentException e) {
        throw new NoDriverException("there is no NVIDIA driver (%s was not found)".formatted(NAME));
      } catch (IllegalCallerException e) {
        throw new NoDriverException(
            "Java may not call native code (start it with --enable-native-access=ALL-UNNAMED)");
      }
    }
    return instance;
  }

  /**
   * Calls a function of the driver.
   *
   * @param parameters the layouts of its parameters
   * @throws CudaException where it fails
   */
  void call(String name, MemoryLayout[] parameters, Object... arguments) {
    MemorySegment function =
        functions
            .find(name)
            .orElseThrow(() -> new IllegalStateException(NAME + " has no function " + name));
    MethodHandle handle =
        Linker.nativeLinker().downcallHandle(function, FunctionDescriptor.of(JAVA_INT, parameters));
    int result;
    try {
      result = (int) handle.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException("this is a bug: " + name + " was called wrongly", e);
    }
    if (result != 0) {
      throw new CudaException(name, result);
    }
  }
}

package dev.verhulst.kernels.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.UndeclaredThrowableException;
import org.jspecify.annotations.Nullable;

/**
 * The fake driver in this JVM. Once it is loaded, whoever asks for {@code libcuda.so.1} gets it,
 * which is why its tests have a JVM of their own (the tag {@value #TAG}).
 */
final class FakeDriver {

  static final String TAG = "fake-driver";

  private static @Nullable FakeDriver instance;

  private final MethodHandle set;
  private final MethodHandle fail;
  private final MethodHandle count;
  private final MethodHandle reset;

  private FakeDriver() {
    SymbolLookup library =
        SymbolLookup.libraryLookup(
            FakeDriverBuild.directory().resolve(DriverLibrary.NAME), Arena.global());
    set = handle(library, "fake_cuda_set", FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG));
    fail =
        handle(library, "fake_cuda_fail", FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, JAVA_INT));
    count = handle(library, "fake_cuda_count", FunctionDescriptor.of(JAVA_LONG, ADDRESS));
    reset = handle(library, "fake_cuda_reset", FunctionDescriptor.ofVoid());
  }

  private static MethodHandle handle(
      SymbolLookup library, String name, FunctionDescriptor descriptor) {
    return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), descriptor);
  }

  /** The driver, as it is at first: one GPU of compute capability 8.0 that never fails. */
  static synchronized FakeDriver fresh() {
    if (instance == null) {
      instance = new FakeDriver();
    }
    instance.invoke(instance.reset);
    return instance;
  }

  /** Sets a property of the machine, see {@code control.h}. */
  void set(String property, long value) {
    invoke(set, property, value);
  }

  /**
   * Lets the nth call of a driver's function from now on fail; {@code kernel} stands for the run of
   * a kernel.
   */
  void fail(String call, long nth, CudaResult result) {
    invoke(fail, call, nth, result.code());
  }

  /** The same for a function of cuBLAS. */
  void fail(String call, long nth, CublasStatus status) {
    invoke(fail, call, nth, status.code());
  }

  /** How many there are, or how often a function was called, see {@code driver.cpp}. */
  long count(String what) {
    return (long) invoke(count, what);
  }

  private Object invoke(MethodHandle handle, Object... arguments) {
    try (Arena arena = Arena.ofConfined()) {
      if (arguments.length > 0) {
        MemorySegment name = arena.allocateFrom((String) arguments[0]);
        arguments[0] = name;
      }
      Object result = handle.invokeWithArguments(arguments);
      return result == null ? 0L : result;
    } catch (Throwable e) {
      throw new UndeclaredThrowableException(e);
    }
  }
}

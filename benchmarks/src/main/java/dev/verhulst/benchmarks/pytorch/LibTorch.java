package dev.verhulst.benchmarks.pytorch;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.LibUtils;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * The library libtorch_cpu.so that DJL unpacks and loads, with the calls that DJL does not offer.
 * Without them a benchmark would charge PyTorch for the allocation of its results: DJL has no form
 * of an operator that writes into a tensor which is there already ({@code out=} in Python).
 */
@SuppressWarnings("restricted") // Native calls are what it is for.
final class LibTorch {

  private final SymbolLookup symbols;
  private final Linker linker = Linker.nativeLinker();

  /**
   * Loads PyTorch without the network.
   *
   * @param threads how many threads one operator may use
   */
  LibTorch(int threads) {
    System.setProperty("ai.djl.offline", "true");
    Engine.getEngine("PyTorch");
    JniUtils.setNumThreads(threads);
    JniUtils.setGradMode(false);
    Path library = Path.of(LibUtils.getLibtorchPath()).resolve("libtorch_cpu.so");
    symbols = SymbolLookup.libraryLookup(library, Arena.global());
  }

  /** A function of the stable C interface, which returns 0 where it succeeds. */
  MethodHandle cFunction(String name, MemoryLayout... arguments) {
    return linker.downcallHandle(
        symbols.findOrThrow(name), FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
  }

  /**
   * The entry {@code at::_ops::NAME::call} of an operator, through which C++ and Python programs
   * call it. It returns an address (of the tensor it has written, mostly).
   *
   * @param signature the mangled name and argument types, e.g. {@code
   *     11sigmoid_out4callERKNS_6TensorERS2_}
   */
  MethodHandle operator(String signature, MemoryLayout... arguments) {
    return linker.downcallHandle(
        symbols.findOrThrow("_ZN2at4_ops" + signature),
        FunctionDescriptor.of(ValueLayout.ADDRESS, arguments));
  }
}

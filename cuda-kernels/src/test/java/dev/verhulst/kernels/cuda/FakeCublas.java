package dev.verhulst.kernels.cuda;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The imitated cuBLAS in this JVM, on the fake driver. Once it is loaded, whoever asks for {@code
 * libcublas.so.12} gets it.
 */
final class FakeCublas {

  private static @Nullable FakeCublas instance;

  private final MethodHandle handles;
  private final MethodHandle forget;

  private FakeCublas() {
    SymbolLookup library = SymbolLookup.libraryLookup(library(), Arena.global());
    handles =
        Linker.nativeLinker()
            .downcallHandle(
                library.findOrThrow("fake_cublas_handles"), FunctionDescriptor.of(JAVA_LONG));
    forget =
        Linker.nativeLinker()
            .downcallHandle(library.findOrThrow("fake_cublas_forget"), FunctionDescriptor.ofVoid());
  }

  /** Loads it, after the fake driver. */
  static synchronized FakeCublas load() {
    if (instance == null) {
      instance = new FakeCublas();
    }
    return instance;
  }

  /** How many handles there are. */
  long handles() {
    try {
      return (long) handles.invokeExact();
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Counts from none again: those of a context that was lost went with it. */
  void forget() {
    try {
      forget.invokeExact();
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Compiles it with g++, in a directory of its own, against the fake driver. */
  static Path library() {
    try {
      Path driver = FakeDriverBuild.directory().resolve(DriverLibrary.NAME);
      Path directory = Files.createDirectories(Path.of("target/fake-cublas").toAbsolutePath());
      Path part = Files.createTempFile(directory, "cublas", ".part");
      assertThat(
              FakeDriverBuild.run(
                  List.of(
                      "g++",
                      "-std=c++20",
                      "-O1",
                      "-shared",
                      "-fPIC",
                      "-Wl,-soname," + Cublas.LIBRARY,
                      "-Wl,--version-script=src/test/cublas/symbols.map",
                      "-o",
                      part.toString(),
                      "src/test/cublas/cublas.cpp",
                      driver.toString())))
          .as("g++ compiles the imitation of cuBLAS")
          .isTrue();
      return Files.move(part, directory.resolve(Cublas.LIBRARY), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

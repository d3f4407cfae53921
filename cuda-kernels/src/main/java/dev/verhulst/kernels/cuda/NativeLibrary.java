package dev.verhulst.kernels.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import jcuda.JCudaVersion;
import jcuda.LibUtils;

/**
 * A native library of JCuda, loaded so that concurrent starts cannot harm each other. Left alone,
 * JCuda writes its libraries into {@code java.io.tmpdir} under a fixed name and loads whatever lies
 * there, half-written or not. Here each process unpacks its own copy into a new directory that only
 * it knows, loads it, and deletes it: on Linux a library stays mapped after its file is gone. A
 * library that was unpacked into {@code java.library.path} beforehand is loaded from there.
 */
enum NativeLibrary {
  /** The CUDA driver API. Needs {@code libcuda.so.1}, which comes with the NVIDIA driver. */
  DRIVER("JCudaDriver", "jcuda.driver.JCudaDriver"),
  /** cuBLAS. Needs {@code libcublas.so.12}, which comes with the CUDA toolkit 12. */
  CUBLAS("JCublas2", "jcuda.jcublas.JCublas2"),
  /** The CUDA runtime API, linked statically: loads with and without a driver. */
  RUNTIME("JCudaRuntime", "jcuda.runtime.JCuda"),
  /** The compiler of PTX, linked statically: loads with and without a driver. */
  PTX_COMPILER("JNvPTXCompiler", "jcuda.nvptxcompiler.JNvPTXCompiler");

  private static final Object LOCK = new Object();
  private static final String TEMPORARY_DIRECTORY = "java.io.tmpdir";
  private static final String WHAT_TO_DO =
      "start Java with -Djava.io.tmpdir=DIRECTORY, where files can be written and executed, or"
          + " unpack the library yourself and set -Djava.library.path";

  private final String baseName;
  private final String className;

  NativeLibrary(String baseName, String className) {
    this.baseName = baseName;
    this.className = className;
  }

  /** Whether JCuda has libraries for the platform that this JVM runs on. */
  static boolean supportsThisPlatform() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("linux")
        && System.getProperty("os.arch").equals("amd64");
  }

  /**
   * Loads the library and initialises JCuda's class for it. Loading again does nothing.
   *
   * @throws NativeLibraryException where it cannot be unpacked or loaded
   */
  void load() {
    String name = LibUtils.createPlatformLibraryName(baseName + "-" + JCudaVersion.get());
    String fileName = LibUtils.createLibraryFileName(name);
    synchronized (LOCK) {
      try {
        if (isOnLibraryPath(fileName)) {
          System.loadLibrary(name);
          Class.forName(className);
        } else {
          unpackAndLoad(fileName);
        }
      } catch (IOException e) {
        throw new NativeLibraryException(
            "JCuda's library %s could not be unpacked into %s (%s): %s"
                .formatted(fileName, temporaryDirectory(), reason(e), WHAT_TO_DO),
            e);
      } catch (LinkageError | ClassNotFoundException e) {
        String reason = reason(e);
        throw new NativeLibraryException(
            reason.contains("failed to map")
                ? "JCuda's library %s could not be loaded from %s, which does not let files be executed (%s): %s"
                    .formatted(fileName, temporaryDirectory(), reason, WHAT_TO_DO)
                : "JCuda's library %s could not be loaded (%s)".formatted(fileName, reason),
            e);
      }
    }
  }

  private static String temporaryDirectory() {
    return System.getProperty(TEMPORARY_DIRECTORY);
  }

  private static boolean isOnLibraryPath(String fileName) {
    return Arrays.stream(System.getProperty("java.library.path", "").split(":"))
        .filter(directory -> !directory.isEmpty())
        .anyMatch(directory -> Files.isReadable(Path.of(directory, fileName)));
  }

  private void unpackAndLoad(String fileName) throws IOException, ClassNotFoundException {
    Path directory = Files.createTempDirectory("verhulst-natives-");
    Path file = directory.resolve(fileName);
    try {
      try (InputStream resource = NativeLibrary.class.getResourceAsStream("/lib/" + fileName)) {
        if (resource == null) {
          throw new IOException("it is not on the class path");
        }
        Files.copy(resource, file);
      }
      // First by ourselves, since what JCuda says of a failure fills a page.
      System.load(file.toString());
      initialiseFrom(directory);
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(directory);
    }
  }

  /** JCuda reads the property at each load, and loads a file that is already there as it is. */
  private void initialiseFrom(Path directory) throws ClassNotFoundException {
    String before = temporaryDirectory();
    System.setProperty(TEMPORARY_DIRECTORY, directory.toString());
    try {
      Class.forName(className);
    } finally {
      System.setProperty(TEMPORARY_DIRECTORY, before);
    }
  }

  private static String reason(Throwable failure) {
    String reason =
        failure instanceof FileSystemException file && file.getReason() != null
            ? file.getReason()
            : String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    // The loader names the file, once or twice, before it says what is wrong.
    return reason.replaceFirst("^(/\\S+\\.so: )+", "");
  }
}

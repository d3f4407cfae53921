package dev.verhulst.benchmarks.gpu;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files beside the classes: in the bundle, or in the checkout where the rig runs from there.
 *
 * @param root the bundle, or the checkout
 * @param bundled whether it is a bundle
 */
record RigFiles(Path root, boolean bundled) {

  /** The system property that names the bundle's directory. */
  static final String BUNDLE = "verhulst.bundle";

  static RigFiles find() {
    String bundle = System.getProperty(BUNDLE, "");
    return bundle.isEmpty()
        ? new RigFiles(Path.of(""), false)
        : new RigFiles(Path.of(bundle), true);
  }

  /** The PyTorch script. */
  Path pyTorchScript() {
    return bundled
        ? root.resolve("time_pytorch.py")
        : root.resolve("benchmarks/src/main/python/time_pytorch.py");
  }

  /** The packaged service; empty where there is none. */
  Optional<Path> serviceJar() throws IOException {
    Path directory = root.resolve(bundled ? "service" : "service/target/application");
    if (!Files.isDirectory(directory)) {
      return Optional.empty();
    }
    try (DirectoryStream<Path> jars =
        Files.newDirectoryStream(directory, "service-*-application.jar")) {
      for (Path jar : jars) {
        return Optional.of(jar);
      }
    }
    return Optional.empty();
  }

  /** The options of the service's JVM. */
  Path jvmOptions() {
    return root.resolve("service/jvm.options");
  }

  /** Where the services' logs go. */
  Path logs() throws IOException {
    return Files.createDirectories(bundled ? Path.of("logs") : root.resolve("benchmarks/target"));
  }

  /** The commit that the classes were made from, as the bundle says it. */
  String commit() throws IOException {
    Path file = root.resolve("commit");
    return bundled && Files.isReadable(file) ? Files.readString(file).strip() : "unknown";
  }
}

package dev.verhulst.testcontainers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;

/**
 * The image that the Dockerfile makes of the packaged service. It is built once, where a container
 * engine answers; where none does, the tests that need it are skipped, or fail if the environment
 * variable {@code VERHULST_CONTAINERS} is {@code required}.
 */
final class ServiceImage {

  private static final String NAME = "localhost/verhulst-test";
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** Build arguments of the Dockerfile, by the environment variables that set them. */
  private static final Map<String, String> ARGUMENTS =
      Map.of(
          "VERHULST_BUILD_IMAGE", "BUILD_IMAGE",
          "VERHULST_RUNTIME_IMAGE", "RUNTIME_IMAGE");

  private static boolean built;

  private ServiceImage() {}

  /** The image's name; skips the test where there is no engine. */
  static synchronized String name() {
    if (!isEngineThere()) {
      String reason =
          "no container engine answers: start Docker, or podman with its API and DOCKER_HOST set";
      if ("required".equals(System.getenv("VERHULST_CONTAINERS"))) {
        throw new AssertionError(reason);
      }
      Assumptions.abort(reason);
    }
    if (!built) {
      build();
      built = true;
    }
    return NAME;
  }

  private static boolean isEngineThere() {
    return DockerClientFactory.instance().isDockerAvailable();
  }

  private static void build() {
    List<String> command =
        new ArrayList<>(
            List.of(commandLine(), "build", "-t", NAME, "--build-arg", "APPLICATION=prebuilt"));
    if (commandLine().equals("podman")) {
      // Its own format has no health checks.
      command.addAll(List.of("--format", "docker"));
    }
    ARGUMENTS.forEach(
        (variable, argument) -> {
          String value = System.getenv(variable);
          if (value != null) {
            command.addAll(List.of("--build-arg", argument + "=" + value));
          }
        });
    command.add(ROOT.toString());
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError(String.join(" ", command) + " failed:\n" + output);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Docker's, or podman's: they take the same arguments. */
  private static String commandLine() {
    return Stream.of("docker", "podman")
        .filter(ServiceImage::isOnPath)
        .findFirst()
        .orElseThrow(() -> new AssertionError("neither docker nor podman is on the PATH"));
  }

  private static boolean isOnPath(String command) {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, command)));
  }
}

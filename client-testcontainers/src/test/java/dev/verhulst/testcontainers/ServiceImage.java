package dev.verhulst.testcontainers;

import com.github.dockerjava.api.model.VersionComponent;
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

  /** What earlier builds of the image are found by. */
  private static final String LABEL = "dev.verhulst.image=test";

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
    String builder = commandLine();
    List<String> command = new ArrayList<>(List.of(builder, "build", "-t", NAME, "--label", LABEL));
    command.addAll(List.of("--build-arg", "APPLICATION=prebuilt"));
    if (builder.equals("podman")) {
      // Its own format has no health checks, and its layers would stay as images without the label.
      command.addAll(List.of("--format", "docker", "--layers=false"));
    }
    ARGUMENTS.forEach(
        (variable, argument) -> {
          String value = System.getenv(variable);
          if (value != null) {
            command.addAll(List.of("--build-arg", argument + "=" + value));
          }
        });
    command.add(ROOT.toString());
    run(command);
    // The image that had the name before has none now.
    run(List.of(builder, "image", "prune", "--force", "--filter", "label=" + LABEL));
  }

  private static void run(List<String> command) {
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

  /** Docker's, or podman's where that is the engine: they take the same arguments. */
  private static String commandLine() {
    return Stream.of(isPodman() ? "podman" : "docker", "docker")
        .filter(ServiceImage::isOnPath)
        .findFirst()
        .orElseThrow(() -> new AssertionError("neither docker nor podman is on the PATH"));
  }

  private static boolean isPodman() {
    List<VersionComponent> components =
        DockerClientFactory.instance().client().versionCmd().exec().getComponents();
    return components != null
        && components.stream().anyMatch(each -> "Podman Engine".equals(each.getName()));
  }

  private static boolean isOnPath(String command) {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, command)));
  }
}

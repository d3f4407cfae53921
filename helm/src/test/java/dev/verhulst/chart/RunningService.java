package dev.verhulst.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The service in a process of its own, with the environment and the configuration file that the
 * chart gives its container; only the ports and the directory of the file are this machine's.
 */
final class RunningService implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final Path output;
  private final Map<String, Integer> ports;

  private RunningService(Process process, Path output, Map<String, Integer> ports) {
    this.process = process;
    this.output = output;
    this.ports = ports;
  }

  /**
   * Starts it.
   *
   * @param arguments settings that are this machine's, as {@code --name=value}
   */
  static RunningService start(Manifest manifest, Path directory, String... arguments)
      throws IOException {
    Files.writeString(directory.resolve("application.yml"), manifest.application());
    Map<String, Integer> ports =
        new TreeMap<>(Map.of("http", freePort(), "grpc", freePort(), "metrics", freePort()));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                "dev.verhulst.service.VerhulstApplication",
                "--server.port=" + ports.get("http"),
                "--spring.grpc.server.port=" + ports.get("grpc"),
                "--management.server.port=" + ports.get("metrics")));
    command.addAll(List.of(arguments));
    Path output = directory.resolve("output.log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().putAll(environment(manifest.container(), directory));
    return new RunningService(builder.start(), output, ports);
  }

  private static Map<String, String> environment(JsonNode container, Path directory) {
    String mounted =
        container
            .at("/volumeMounts")
            .valueStream()
            .filter(mount -> mount.at("/name").asText().equals("configuration"))
            .findFirst()
            .orElseThrow()
            .at("/mountPath")
            .asText();
    Map<String, String> environment = new TreeMap<>();
    for (JsonNode variable : container.at("/env")) {
      if (variable.has("value")) {
        environment.put(
            variable.at("/name").asText(),
            variable.at("/value").asText().replace(mounted, directory.toString()));
      }
    }
    return environment;
  }

  /** Where a port of the container, by its name, is on this machine. */
  int port(String name) {
    Integer port = ports.get(name);
    if (port == null) {
      throw new AssertionError("the container has no port " + name);
    }
    return port;
  }

  /** Waits until all ports accept connections. */
  RunningService awaitPorts() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!ports.values().stream().allMatch(RunningService::accepts)) {
      if (!process.isAlive() || System.nanoTime() - deadline > 0) {
        throw new AssertionError("the service does not start; its output:\n" + output());
      }
      pause();
    }
    return this;
  }

  /** Waits until it has ended. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(PATIENCE)) {
      throw new AssertionError("the service does not end; its output:\n" + output());
    }
    return process.exitValue();
  }

  /** Everything that it has printed so far. */
  String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket("localhost", port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}

package dev.verhulst.chart;

import com.fasterxml.jackson.databind.JsonNode;
import dev.verhulst.kernels.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The service in a process of its own, with the environment and the configuration file that the
 * chart gives its container; only the ports and the directory of what is mounted are this
 * machine's.
 */
final class RunningService implements AutoCloseable {

  /** Where the chart mounts what the service reads. */
  static final String MOUNTED = "/etc/verhulst";

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
    Files.writeString(
        Files.createDirectories(directory.resolve("configuration")).resolve("application.yml"),
        manifest.application().replace(MOUNTED, directory.toString()));
    Map<String, Integer> ports =
        new TreeMap<>(
            Map.of(
                "http",
                FreePort.choose(),
                "grpc",
                FreePort.choose(),
                "metrics",
                FreePort.choose()));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@../service/jvm.options",
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
    Map<String, String> environment = new TreeMap<>();
    for (JsonNode variable : container.at("/env")) {
      if (variable.has("value")) {
        environment.put(
            variable.at("/name").asText(),
            variable.at("/value").asText().replace(MOUNTED, directory.toString()));
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

  /** Waits until it takes requests. */
  RunningService awaitReady() throws IOException {
    awaitPorts();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (get("metrics", "/health").statusCode() != 200) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("the service does not become ready; its output:\n" + output());
      }
      pause();
    }
    return this;
  }

  HttpResponse<String> get(String port, String path) throws IOException {
    return send(HttpRequest.newBuilder(uri(port, path)).build());
  }

  /**
   * The answer to a model's input of one number.
   *
   * @param headers names and values, in turn
   */
  String infer(String model, float x, String... headers) throws IOException {
    String body =
        "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[" + x + "]}]}";
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri("http", "/v2/models/" + model + "/infer"))
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build()).body();
  }

  private URI uri(String port, String path) {
    return URI.create("http://localhost:" + port(port) + path);
  }

  private static HttpResponse<String> send(HttpRequest request) throws IOException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
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

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}

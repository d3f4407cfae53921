package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.client.VerhulstClient;
import dev.verhulst.kernels.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** The packaged service, started in a process of its own as {@code ./run} starts it. */
final class ServiceProcess implements AutoCloseable {

  private static final Path APPLICATION = Path.of("target", "application").toAbsolutePath();

  static final List<String> JVM_ARGUMENTS =
      List.of("@jvm.options", "-XX:SharedArchiveFile=" + APPLICATION.resolve("application.jsa"));

  private static final String OPEN_LEASES = "verhulst_memory_leases";
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final AtomicInteger STARTED = new AtomicInteger();

  private final Process process;
  private final int port;
  private final int grpcPort;
  private final int managementPort;
  private final Path output;

  private ServiceProcess(int port, List<String> jvmArguments, List<String> arguments) {
    this(port, FreePort.choose(), jvmArguments, arguments);
  }

  private ServiceProcess(
      int port, int grpcPort, List<String> jvmArguments, List<String> arguments) {
    this(port, grpcPort, jvmArguments, arguments, Map.of());
  }

  private ServiceProcess(
      int port,
      int grpcPort,
      List<String> jvmArguments,
      List<String> arguments,
      Map<String, String> environment) {
    this.port = port;
    this.grpcPort = grpcPort;
    managementPort = FreePort.choose();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmArguments);
    command.addAll(List.of("-jar", jar().toString()));
    command.add("--server.port=" + port);
    command.add("--spring.grpc.server.port=" + grpcPort);
    command.add("--management.server.port=" + managementPort);
    command.addAll(arguments);
    try {
      Path folder = Files.createDirectories(Path.of("target", "endtoend"));
      output = folder.resolve("service-" + STARTED.incrementAndGet() + ".log");
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
      builder.environment().putAll(environment);
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A service that has just been started, ready or not. */
  static ServiceProcess begin(String... arguments) {
    return new ServiceProcess(FreePort.choose(), JVM_ARGUMENTS, List.of(arguments));
  }

  /** A service that has just been started to listen on that port. */
  static ServiceProcess beginOnPort(int port) {
    return new ServiceProcess(port, JVM_ARGUMENTS, List.of());
  }

  /** A service that has just been started to listen on that port for gRPC. */
  static ServiceProcess beginOnGrpcPort(int grpcPort) {
    return new ServiceProcess(FreePort.choose(), grpcPort, JVM_ARGUMENTS, List.of());
  }

  /** A service that has just been started to listen on those ports. */
  static ServiceProcess beginOnPorts(int port, int grpcPort) {
    return new ServiceProcess(port, grpcPort, JVM_ARGUMENTS, List.of());
  }

  /** A service that has just been started in a JVM with these arguments only. */
  static ServiceProcess beginInJvm(List<String> jvmArguments) {
    return new ServiceProcess(FreePort.choose(), jvmArguments, List.of());
  }

  /** A service that has just been started with further environment variables. */
  static ServiceProcess beginIn(Map<String, String> environment, String... arguments) {
    return new ServiceProcess(
        FreePort.choose(), FreePort.choose(), JVM_ARGUMENTS, List.of(arguments), environment);
  }

  /** A service that is ready. */
  static ServiceProcess start(String... arguments) {
    return begin(arguments).awaitReady();
  }

  ServiceProcess awaitReady() {
    try (VerhulstClient client = VerhulstClient.connect(url())) {
      await("the service to be ready", client::isReady);
    }
    return this;
  }

  /** Waits for a condition, as long as the process lives. */
  void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (!process.isAlive() || System.nanoTime() - deadline > 0) {
        throw new AssertionError(
            "waited in vain for " + what + "; the service's output:\n" + output());
      }
      pause();
    }
  }

  String url() {
    return "http://localhost:" + port;
  }

  int port() {
    return port;
  }

  int grpcPort() {
    return grpcPort;
  }

  int managementPort() {
    return managementPort;
  }

  Process process() {
    return process;
  }

  /** Everything the process has written so far. */
  String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The metrics as the management port shows them. */
  Metrics metrics() {
    return Metrics.parse(management("/metrics"));
  }

  /** What the server says of its health, in JSON, while it is ready. */
  String health() {
    return management("/health");
  }

  private String management(String path) {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          http.send(
              HttpRequest.newBuilder(URI.create("http://localhost:" + managementPort + path))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(200);
      return response.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Every lease of tensor memory ends with its request, whatever became of it. */
  void assertNoOpenLease() {
    assertThat(metrics().has(OPEN_LEASES)).isTrue();
    await("all leases to be closed", () -> openLeases() == 0);
  }

  int openLeases() {
    return (int) metrics().sum(OPEN_LEASES);
  }

  /** Asks the process to end (SIGTERM) and gives its exit code. */
  int stop() {
    process.destroy();
    return exitCode();
  }

  /** The exit code, once the process has ended. */
  int exitCode() {
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("the service did not end; its output:\n" + output());
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Path jar() {
    try (Stream<Path> files = Files.list(APPLICATION)) {
      return files
          .filter(file -> file.getFileName().toString().matches("service-.*-application\\.jar"))
          .findFirst()
          .orElseThrow(() -> new AssertionError("there is no packaged service: run `mvn verify`"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

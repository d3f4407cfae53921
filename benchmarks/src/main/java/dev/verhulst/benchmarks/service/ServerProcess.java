package dev.verhulst.benchmarks.service;

import dev.verhulst.kernels.FreePort;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server under load, in a process of its own, on a free port of this machine. */
public final class ServerProcess implements AutoCloseable {

  /** Of both servers' JVMs. */
  private static final String HEAP = "-Xmx512m";

  private static final Path JVM_OPTIONS = Path.of("service", "jvm.options");
  private static final Path LOGS = Path.of("benchmarks", "target");
  private static final int NONE = -1;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long PAUSE_MILLISECONDS = 100;
  private static final Duration LONGEST_WARM_UP = Duration.ofSeconds(180);

  private final String label;
  private final int port;
  private final int grpcPort;
  private final int managementPort;
  private final Process process;
  private final Path log;

  private ServerProcess(
      String label, Path log, int port, int grpcPort, int managementPort, List<String> command)
      throws IOException {
    this.label = label;
    this.port = port;
    this.grpcPort = grpcPort;
    this.managementPort = managementPort;
    this.log = log;
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(log.toFile()))
            .start();
  }

  /** The {@link RawServer}. */
  static ServerProcess raw() throws IOException {
    int port = FreePort.choose();
    List<String> command = javaCommand();
    command.addAll(
        List.of(
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            // Netty's fast way to memory.
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            RawServer.class.getName(),
            Integer.toString(port)));
    return new ServerProcess(
        "raw-server", LOGS.resolve("raw-server.log"), port, NONE, NONE, command);
  }

  /**
   * The packaged service of this checkout, as its launcher starts it, on the CPU.
   *
   * @param settings more of its settings, e.g. {@code --verhulst.memory.budget=2GB}
   */
  public static ServerProcess service(List<String> settings) throws IOException {
    return service(JVM_OPTIONS, serviceJar(), LOGS, "cpu", settings);
  }

  /**
   * The packaged service on a device.
   *
   * @param jvmOptions the file with its JVM's options
   * @param jar its jar, beside which an archive of its classes may be
   * @param logs the directory of its log
   * @param device its setting {@code verhulst.device}
   * @param settings more of its settings
   */
  public static ServerProcess service(
      Path jvmOptions, Path jar, Path logs, String device, List<String> settings)
      throws IOException {
    int port = FreePort.choose();
    int grpcPort = FreePort.choose();
    int managementPort = FreePort.choose();
    List<String> command = javaCommand();
    command.addAll(
        List.of(
            "@" + jvmOptions,
            "-XX:SharedArchiveFile=" + jar.resolveSibling("application.jsa"),
            "-Djava.library.path=" + System.getProperty("java.library.path", ""),
            "-jar",
            jar.toString(),
            "--server.port=" + port,
            "--spring.grpc.server.port=" + grpcPort,
            "--management.server.port=" + managementPort,
            "--verhulst.device=" + device));
    command.addAll(settings);
    String label = "service on " + device;
    Path log = logs.resolve("service-" + device + ".log");
    return new ServerProcess(label, log, port, grpcPort, managementPort, command);
  }

  public int port() {
    return port;
  }

  /** That of gRPC; the raw server has none. */
  public int grpcPort() {
    return grpcPort;
  }

  /** That of the metrics; the raw server has none. */
  public int managementPort() {
    return managementPort;
  }

  public long processId() {
    return process.pid();
  }

  /**
   * Waits until it answers.
   *
   * @throws IOException where it ends, or does not answer in time
   */
  public void awaitReady() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try (LoadGenerator generator = new LoadGenerator(port, Float.BYTES, 1)) {
        generator.run(Duration.ZERO);
        return;
      } catch (IOException | IllegalStateException failure) {
        if (!process.isAlive() || System.nanoTime() - deadline > 0) {
          throw new IOException("the " + label + " did not start; see " + log, failure);
        }
      }
      Thread.sleep(PAUSE_MILLISECONDS);
    }
  }

  /**
   * Waits until the service's kernels that warm up behind the first requests are fast: their
   * garbage would be counted as that of requests.
   *
   * @throws IOException where they are not in time
   */
  void awaitWarm() throws IOException, InterruptedException {
    URI metrics = URI.create("http://localhost:" + managementPort + "/metrics");
    long deadline = System.nanoTime() + LONGEST_WARM_UP.toNanos();
    try (HttpClient client = HttpClient.newHttpClient()) {
      while (System.nanoTime() - deadline < 0) {
        HttpResponse<String> answer =
            client.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString());
        if (answer.body().contains("\nverhulst_warmup_remaining 0.0\n")) {
          return;
        }
        Thread.sleep(1000);
      }
    }
    throw new IOException(
        "the " + label + " still warms up after " + LONGEST_WARM_UP.toSeconds() + " s");
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private static List<String> javaCommand() {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.add(HEAP);
    return command;
  }

  private static Path serviceJar() throws IOException {
    Path application = Path.of("service", "target", "application").toAbsolutePath();
    try (var jars = Files.newDirectoryStream(application, "service-*-application.jar")) {
      for (Path jar : jars) {
        return jar;
      }
    }
    throw new IOException("there is no service-*-application.jar in " + application + ": build it");
  }
}

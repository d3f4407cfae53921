package dev.verhulst.benchmarks.endurance;

import dev.verhulst.benchmarks.report.Arguments;
import dev.verhulst.benchmarks.report.Machine;
import dev.verhulst.benchmarks.service.ServerProcess;
import dev.verhulst.client.VerhulstClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

/**
 * Holds the packaged service to what is true however long it runs: memory stays, leases end, and no
 * answer is wrong; through very many requests, and while clients die and models come and go.
 */
public final class Endurance {

  private static final Map<String, String> DEFAULTS =
      Map.of("requests", "1000000", "disturbed-seconds", "600", "warm-up-requests", "100000");

  private static final long MOST_GROWTH = 100_000_000;
  private static final Duration SETTLING = Duration.ofSeconds(10);

  private final ServerProcess service;
  private final ServerMemory memory;
  private final Traffic traffic;
  private final List<String> failures = new ArrayList<>();

  private Endurance(ServerProcess service, ServerMemory memory, Traffic traffic) {
    this.service = service;
    this.memory = memory;
    this.traffic = traffic;
  }

  /** An unknown argument names them all. The exit code is 1 where the service does not endure. */
  public static void main(String[] words) throws Exception {
    Arguments arguments;
    try {
      arguments = new Arguments(DEFAULTS, words);
    } catch (IllegalArgumentException failure) {
      System.err.println(failure.getMessage());
      System.exit(2);
      return;
    }
    Path models = Files.createDirectories(Path.of("benchmarks", "target", "models"));
    Path model = Files.createDirectories(models.resolve(Disturbance.MODEL));
    Files.writeString(
        model.resolve("config.yaml"), "{operator: leaky_relu, parameters: {alpha: -1}}");
    String command = ("benchmarks/run-endurance " + String.join(" ", words)).strip();
    System.out.println(Machine.describe(command, InstantSource.system()));
    List<String> failures;
    try (ServerProcess service =
        ServerProcess.service(List.of("--verhulst.model-repository=" + models.toAbsolutePath()))) {
      service.awaitReady();
      try (ServerMemory memory = new ServerMemory(service.processId(), service.managementPort());
          Traffic traffic =
              new Traffic(
                  "http://localhost:" + service.port(), "grpc://localhost:" + service.grpcPort())) {
        Endurance endurance = new Endurance(service, memory, traffic);
        endurance.run(arguments);
        failures = endurance.failures;
      }
    }
    failures.forEach(failure -> System.out.println("- FAILED: " + failure));
    System.exit(failures.isEmpty() ? 0 : 1);
  }

  private void run(Arguments arguments) throws Exception {
    request(arguments.integer("warm-up-requests"));
    ServerMemory.Held before = settled();
    long start = System.nanoTime();
    long requests = request(arguments.integer("requests"));
    System.out.printf(
        "- %,d requests, each answer checked, in %d s%n",
        requests, (System.nanoTime() - start) / 1_000_000_000);
    report(before, settled());

    disturb(Duration.ofSeconds(arguments.integer("disturbed-seconds")));
    report(before, settled());
  }

  private long request(long count) throws InterruptedException {
    long target = traffic.answered() + count;
    traffic.run(() -> traffic.answered() >= target, "");
    return traffic.answered() + count - target;
  }

  private void disturb(Duration duration) throws Exception {
    long answered = traffic.answered();
    long gone = traffic.gone();
    Disturbance disturbance = new Disturbance(service.port());
    long end = System.nanoTime() + duration.toNanos();
    BooleanSupplier isOver = () -> System.nanoTime() - end > 0;
    String url = "http://localhost:" + service.port();
    try (VerhulstClient client = VerhulstClient.connect(url);
        VerhulstClient impatient = VerhulstClient.connect(url);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> disturbers =
          List.of(
              threads.submit(() -> repeat(isOver, disturbance::killAClient)),
              threads.submit(() -> repeat(isOver, () -> disturbance.losePatience(impatient))),
              threads.submit(() -> repeat(isOver, () -> disturbance.loadOrUnload(client))),
              threads.submit(
                  () -> repeat(isOver, () -> expect(client.isLive(), "the server is not live"))));
      traffic.run(
          () -> isOver.getAsBoolean() || disturbers.stream().anyMatch(Future::isDone),
          Disturbance.MODEL);
      for (Future<?> disturber : disturbers) {
        disturber.get();
      }
    }
    System.out.printf(
        "- %d s of disturbance: %s; %,d other requests, each answer checked, and %,d for the model"
            + " while it was not there%n",
        duration.toSeconds(), disturbance, traffic.answered() - answered, traffic.gone() - gone);
  }

  private interface Step {
    void run() throws IOException;
  }

  /** Leaves the processors to others in between: these are to disturb, not to be the load. */
  private static Void repeat(BooleanSupplier isOver, Step step) throws Exception {
    Callable<Void> pause =
        () -> {
          Thread.sleep(5);
          return null;
        };
    while (!isOver.getAsBoolean()) {
      step.run();
      pause.call();
    }
    return null;
  }

  private ServerMemory.Held settled() throws IOException, InterruptedException {
    long end = System.nanoTime() + SETTLING.toNanos();
    while (memory.metric("verhulst_memory_leases") > 0 && System.nanoTime() - end < 0) {
      Thread.sleep(50);
    }
    return memory.collectAndMeasure();
  }

  private void report(ServerMemory.Held before, ServerMemory.Held after)
      throws IOException, InterruptedException {
    int leases = (int) memory.metric("verhulst_memory_leases");
    System.out.printf("  - memory before: %s%n  - memory after: %s%n", before, after);
    System.out.printf(
        "  - growth in all: %.1f MB; open leases: %d%n",
        (after.sum() - before.sum()) / 1e6, leases);
    expect(
        after.sum() - before.sum() < MOST_GROWTH,
        "memory has grown by %,d bytes, %,d are allowed"
            .formatted(after.sum() - before.sum(), MOST_GROWTH));
    expect(leases == 0, leases + " leases are still open");
  }

  private void expect(boolean holds, String otherwise) {
    if (!holds) {
      synchronized (failures) {
        failures.add(otherwise);
      }
    }
  }
}

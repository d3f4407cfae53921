package dev.verhulst.benchmarks.gpu;

import dev.verhulst.benchmarks.service.Load;
import dev.verhulst.benchmarks.service.LoadGenerator;
import dev.verhulst.benchmarks.service.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The packaged service under load from this machine: everything on the GPU, everything on the CPU,
 * and as {@code auto} places it.
 */
final class ServiceSpeedStep extends Step {

  /** How the service is started. */
  private record Setup(String name, String device, List<String> settings) {}

  private record Key(int bytes, int connections, String setup) {}

  private static final List<Setup> SETUPS =
      List.of(
          new Setup("cuda", "cuda", List.of("--verhulst.placement.gpu-from-elements=0")),
          new Setup("cpu", "cpu", List.of()),
          new Setup("auto", "auto", List.of()));

  private final RigFiles files;
  private final VerifyPlan plan;
  private final Map<Key, Double> requestsPerSecond = new LinkedHashMap<>();
  private final List<Map<String, Object>> rows = new ArrayList<>();
  private boolean complete = true;

  ServiceSpeedStep(RigFiles files, VerifyPlan plan) {
    super("service");
    this.files = files;
    this.plan = plan;
  }

  @Override
  Outcome run(Deadline deadline) throws Exception {
    Optional<Path> jar = files.serviceJar();
    if (jar.isEmpty()) {
      return Outcome.of(Verdict.ABSENT, "this bundle has no service");
    }
    for (Setup setup : SETUPS) {
      if (deadline.isOver()) {
        complete = false;
        break;
      }
      try (ServerProcess service =
          ServerProcess.service(
              files.jvmOptions(), jar.get(), files.logs(), setup.device(), setup.settings())) {
        service.awaitReady();
        measure(service, setup, deadline);
      }
    }
    return new Outcome(Verdict.ofComplete(complete), summary(), rows);
  }

  private void measure(ServerProcess service, Setup setup, Deadline deadline) throws IOException {
    Duration window = Duration.ofMillis(plan.windowMilliseconds());
    try (LoadGenerator generator = new LoadGenerator(service.port(), 1 << 16, 4)) {
      generator.run(window.multipliedBy(3));
    }
    for (int bytes : plan.serviceBytes()) {
      for (int connections : plan.connections()) {
        if (deadline.isOver()) {
          complete = false;
          return;
        }
        try (LoadGenerator generator = new LoadGenerator(service.port(), bytes, connections)) {
          generator.run(window.dividedBy(4));
          Load load = generator.run(window);
          double rate = load.requestsPerSecond();
          requestsPerSecond.put(new Key(bytes, connections, setup.name()), rate);
          rows.add(
              Rows.of(
                  "setup",
                  setup.name(),
                  "bytes",
                  bytes,
                  "connections",
                  connections,
                  "requestsPerSecond",
                  rate,
                  "gigabytesPerSecond",
                  2.0 * bytes * rate / 1e9,
                  "p50Microseconds",
                  load.latencies().percentile(0.5) / 1e3,
                  "p99Microseconds",
                  load.latencies().percentile(0.99) / 1e3));
        }
      }
    }
  }

  private String summary() {
    int most = plan.connections().getLast();
    List<String> parts = new ArrayList<>();
    String crossover = "no size measured";
    for (int bytes : plan.serviceBytes().reversed()) {
      Double cuda = requestsPerSecond.get(new Key(bytes, most, "cuda"));
      Double cpu = requestsPerSecond.get(new Key(bytes, most, "cpu"));
      Double auto = requestsPerSecond.get(new Key(bytes, most, "auto"));
      if (cuda == null || cpu == null) {
        continue;
      }
      parts.addFirst(
          String.format(
              Locale.ROOT,
              "%s: cuda %.2f of cpu%s",
              Rows.size(bytes),
              cuda / cpu,
              auto == null
                  ? ""
                  : String.format(
                      Locale.ROOT, ", auto %.2f of the better", auto / Math.max(cuda, cpu))));
      if (cuda > cpu && parts.size() == plan.serviceBytes().size() - index(bytes)) {
        crossover = Rows.size(bytes);
      }
    }
    return "requests/s at %d connections: %s; the GPU is faster from: %s"
        .formatted(most, String.join("; ", parts), crossover);
  }

  private int index(int bytes) {
    return plan.serviceBytes().indexOf(bytes);
  }
}

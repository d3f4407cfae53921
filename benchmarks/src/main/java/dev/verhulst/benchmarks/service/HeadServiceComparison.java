package dev.verhulst.benchmarks.service;

import dev.verhulst.benchmarks.report.Arguments;
import dev.verhulst.benchmarks.report.Machine;
import dev.verhulst.benchmarks.report.MarkdownTable;
import dev.verhulst.benchmarks.report.Median;
import dev.verhulst.heads.head.HeadFile;
import dev.verhulst.heads.head.HeadModel;
import dev.verhulst.heads.safetensors.ElementType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Loads the packaged service with rows for one head, with batching and without, and prints a table
 * in Markdown. All are models of the same service, with the same weights, and take turns. Without
 * batching there is one execution at a time, as by default, or one for each core.
 */
public final class HeadServiceComparison {

  private static final Map<String, String> DEFAULTS =
      Map.of(
          "features", "4096",
          "labels", "1000",
          "connections", "64",
          "rounds", "7",
          "window-milliseconds", "2000",
          "warm-up-milliseconds", "5000");

  private static final double GOAL = 3;

  private static final String ON = "on";
  private static final String OFF = "off";
  private static final String OFF_PER_CORE = "off_per_core";

  /** The models: as by default, and with every request an execution of its own. */
  private static final Map<String, String> CONFIGURATIONS =
      Map.of(
          ON,
          "operator: logistic_head\n",
          OFF,
          "operator: logistic_head\nbatching: {max_batch_size: 1}\n",
          OFF_PER_CORE,
          "operator: logistic_head\nbatching: {max_batch_size: 1, concurrency: %d}\n"
              .formatted(Runtime.getRuntime().availableProcessors()));

  private final HeadModel head;
  private final int connections;
  private final int rounds;
  private final Duration window;
  private final Duration warmUp;

  private HeadServiceComparison(Arguments arguments) {
    head = head(arguments.integer("features"), arguments.integer("labels"));
    connections = arguments.integer("connections");
    rounds = arguments.integer("rounds");
    window = Duration.ofMillis(arguments.integer("window-milliseconds"));
    warmUp = Duration.ofMillis(arguments.integer("warm-up-milliseconds"));
  }

  /** Its arguments have the form {@code --features=4096}; an unknown one names them all. */
  public static void main(String[] words) throws Exception {
    HeadServiceComparison comparison;
    try {
      comparison = new HeadServiceComparison(new Arguments(DEFAULTS, words));
    } catch (IllegalArgumentException failure) {
      System.err.println(failure.getMessage());
      System.exit(2);
      return;
    }
    Path repository = Files.createTempDirectory(Path.of("benchmarks", "target"), "heads-");
    for (Map.Entry<String, String> model : CONFIGURATIONS.entrySet()) {
      Path version = Files.createDirectories(repository.resolve(model.getKey()).resolve("1"));
      Files.writeString(version.resolveSibling("config.yaml"), model.getValue());
      HeadFile.write(comparison.head, Map.of(), version.resolve("model.safetensors"));
    }
    try (ServerProcess service =
        ServerProcess.service(List.of("--verhulst.model-repository=" + repository))) {
      service.awaitReady();
      String command = ("benchmarks/run-heads-service " + String.join(" ", words)).strip();
      String table = comparison.run(service);
      System.out.println(Machine.describe(command, InstantSource.system()));
      System.out.println(table);
    }
  }

  private String run(ServerProcess service) throws IOException {
    ServerResults on = new ServerResults();
    ServerResults off = new ServerResults();
    ServerResults offPerCore = new ServerResults();
    List<Double> ratios = new ArrayList<>();
    List<Double> perCoreRatios = new ArrayList<>();
    try (LoadGenerator withBatching = generator(service, ON);
        LoadGenerator without = generator(service, OFF);
        LoadGenerator withoutPerCore = generator(service, OFF_PER_CORE)) {
      withBatching.run(warmUp);
      without.run(warmUp);
      withoutPerCore.run(warmUp);
      for (int round = 0; round < rounds; round++) {
        System.err.printf("Round %d of %d ...%n", round + 1, rounds);
        double rate = run(withBatching, on);
        ratios.add(rate / run(without, off));
        perCoreRatios.add(rate / run(withoutPerCore, offPerCore));
      }
    }
    MarkdownTable table =
        new MarkdownTable(
            "head",
            "connections",
            "batching",
            "requests/s",
            "p50, µs",
            "p99, µs",
            "gain of batching");
    table.row(row("on", on, ""));
    table.row(row("off, one at a time", off, gain(ratios)));
    table.row(row("off, one for each core", offPerCore, gain(perCoreRatios)));
    double least = Math.min(Median.of(ratios), Median.of(perCoreRatios));
    return table
        + (least >= GOAL
            ? "\nThe goal is reached.\n"
            : String.format(Locale.ROOT, "%nMissed: %.2f, goal %.0f%n", least, GOAL));
  }

  private double run(LoadGenerator generator, ServerResults results) throws IOException {
    Load load = generator.run(window);
    results.add(load, 0);
    return load.requestsPerSecond();
  }

  private static String gain(List<Double> ratios) {
    return String.format(Locale.ROOT, "%.2f", Median.of(ratios));
  }

  private List<String> row(String batching, ServerResults results, String ratio) {
    return List.of(
        head.features() + " × " + head.labels(),
        Integer.toString(connections),
        batching,
        String.format(Locale.ROOT, "%,.0f", Median.of(results.requestsPerSecond())),
        String.format(Locale.ROOT, "%,.0f", results.percentileMicroseconds(0.5)),
        String.format(Locale.ROOT, "%,.0f", results.percentileMicroseconds(0.99)),
        ratio);
  }

  private LoadGenerator generator(ServerProcess service, String model) throws IOException {
    return new LoadGenerator(
        service.port(),
        connections,
        (arena, number) -> {
          Random random = new Random(number);
          float[] row = new float[head.features()];
          for (int i = 0; i < row.length; i++) {
            row[i] = (float) random.nextGaussian();
          }
          return new InferenceRequest(
              arena, service.port(), model, row, head.labels(), lastProbability(row));
        });
  }

  private double lastProbability(float[] row) {
    int last = head.labels() - 1;
    double logit = head.bias()[last];
    for (int i = 0; i < row.length; i++) {
      logit += (float) head.weights()[last * row.length + i] * (double) row[i];
    }
    return 1 / (1 + Math.exp(-logit));
  }

  private static HeadModel head(int features, int labels) {
    Random random = new Random(1);
    double[] weights = new double[Math.multiplyExact(labels, features)];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = random.nextGaussian() / Math.sqrt(features);
    }
    return new HeadModel(
        features, labels, ElementType.F32, weights, random.doubles(labels).toArray());
  }
}

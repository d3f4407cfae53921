package dev.verhulst.benchmarks.service;

import dev.verhulst.benchmarks.report.Arguments;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a comparison of servers measures, and how long.
 *
 * @param rows the loads
 * @param rounds how often the servers take turns at each
 * @param window how long a turn takes
 * @param warmUp how long both run before the first turn
 */
record ServicePlan(List<Row> rows, int rounds, Duration window, Duration warmUp) {

  /** One load: tensors of a size, over a number of connections. */
  record Row(int tensorBytes, int connections) {}

  private static final Map<String, String> FULL =
      Map.of(
          "bytes", "1024,65536,1048576,16777216",
          "connections", "1,16,64",
          "rounds", "7",
          "window-milliseconds", "1000",
          "warm-up-milliseconds", "8000",
          "quick", "false");

  private static final Map<String, String> QUICK =
      Map.of(
          "connections", "16",
          "rounds", "3",
          "window-milliseconds", "700",
          "warm-up-milliseconds", "4000");

  /** The plan that a command line asks for; without arguments, everything. */
  static ServicePlan of(String... words) {
    Map<String, String> defaults = new HashMap<>(FULL);
    if (Arrays.asList(words).contains("--quick")) {
      defaults.putAll(QUICK);
    }
    Arguments arguments = new Arguments(defaults, words);
    List<Row> rows = new ArrayList<>();
    for (int tensorBytes : arguments.list("bytes", Integer::valueOf)) {
      for (int connections : arguments.list("connections", Integer::valueOf)) {
        rows.add(new Row(tensorBytes, connections));
      }
    }
    return new ServicePlan(
        rows,
        arguments.integer("rounds"),
        Duration.ofMillis(arguments.integer("window-milliseconds")),
        Duration.ofMillis(arguments.integer("warm-up-milliseconds")));
  }
}

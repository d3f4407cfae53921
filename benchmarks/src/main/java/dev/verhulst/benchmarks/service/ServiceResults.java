package dev.verhulst.benchmarks.service;

import dev.verhulst.benchmarks.report.MarkdownTable;
import dev.verhulst.benchmarks.report.Median;
import dev.verhulst.benchmarks.service.ServicePlan.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What both servers did under each load, and what the service is to reach. */
final class ServiceResults {

  private static final double GARBAGE_GOAL_BYTES = 10_000;

  private record Pair(ServerResults service, ServerResults raw) {}

  private final Map<Row, Pair> pairs = new LinkedHashMap<>();

  void add(Row row, ServerResults service, ServerResults raw) {
    pairs.put(row, new Pair(service, raw));
  }

  /** The table: a row for each load. */
  String table() {
    MarkdownTable table =
        new MarkdownTable(
            "tensor",
            "connections",
            "service, requests/s",
            "raw Netty",
            "ratio",
            "p50, µs",
            "p99",
            "raw p50",
            "raw p99",
            "garbage per request, bytes");
    pairs.forEach(
        (row, pair) ->
            table.row(
                List.of(
                    row.tensorBytes() < 1 << 20
                        ? (row.tensorBytes() >> 10) + " KiB"
                        : (row.tensorBytes() >> 20) + " MiB",
                    Integer.toString(row.connections()),
                    whole(Median.of(pair.service.requestsPerSecond())),
                    whole(Median.of(pair.raw.requestsPerSecond())),
                    String.format(Locale.ROOT, "%.2f", ratio(pair)),
                    whole(pair.service.percentileMicroseconds(0.5)),
                    whole(pair.service.percentileMicroseconds(0.99)),
                    whole(pair.raw.percentileMicroseconds(0.5)),
                    whole(pair.raw.percentileMicroseconds(0.99)),
                    whole(pair.service.allocatedBytesPerRequest()))));
    return table.toString();
  }

  /** A sentence for each load that misses its goal, or one that says that none does. */
  String verdict() {
    List<String> misses = new ArrayList<>();
    pairs.forEach(
        (row, pair) -> {
          if (ratio(pair) < goal(row)) {
            misses.add(
                String.format(
                    Locale.ROOT,
                    "- %d bytes, %d connection(s): %.2f of the raw server's rate, goal %.2f%n",
                    row.tensorBytes(),
                    row.connections(),
                    ratio(pair),
                    goal(row)));
          }
          double garbage = pair.service.allocatedBytesPerRequest();
          if (garbage > GARBAGE_GOAL_BYTES) {
            misses.add(
                String.format(
                    Locale.ROOT,
                    "- %d bytes, %d connection(s): %.0f bytes of garbage, goal %.0f%n",
                    row.tensorBytes(),
                    row.connections(),
                    garbage,
                    GARBAGE_GOAL_BYTES));
          }
        });
    return misses.isEmpty()
        ? "Every load measured reaches its goal.\n"
        : "Missed:\n" + String.join("", misses);
  }

  /** The share of the raw server's rate that the service is to reach. */
  private static double goal(Row row) {
    if (row.tensorBytes() < 1 << 16) {
      return 0.6;
    }
    return row.tensorBytes() < 1 << 20 ? 0.75 : 0.9;
  }

  /** The median over the turns of the service's rate over the raw server's. */
  private static double ratio(Pair pair) {
    List<Double> ratios = new ArrayList<>();
    for (int turn = 0; turn < pair.raw.requestsPerSecond().size(); turn++) {
      ratios.add(
          pair.service.requestsPerSecond().get(turn) / pair.raw.requestsPerSecond().get(turn));
    }
    return Median.of(ratios);
  }

  private static String whole(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }
}

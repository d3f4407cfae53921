package dev.verhulst.benchmarks.protocols;

import dev.verhulst.benchmarks.report.Arguments;
import dev.verhulst.benchmarks.report.Machine;
import dev.verhulst.benchmarks.report.MarkdownTable;
import dev.verhulst.benchmarks.service.Latencies;
import dev.verhulst.benchmarks.service.ServerProcess;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Calls the packaged service in every {@link Way} and prints a table in Markdown: requests per
 * second, and how long one takes. One thread for each connection.
 */
public final class ProtocolComparison {

  private static final Map<String, String> DEFAULTS =
      Map.of(
          "bytes", "1024,65536,1048576,16777216",
          "connections", "1,16",
          "rounds", "3",
          "window-milliseconds", "1000",
          "warm-up-milliseconds", "20000");

  private ProtocolComparison() {}

  /** Its arguments have the form {@code --bytes=1024,65536}; an unknown one names them all. */
  public static void main(String[] words) throws Exception {
    Arguments arguments;
    try {
      arguments = new Arguments(DEFAULTS, words);
    } catch (IllegalArgumentException failure) {
      System.err.println(failure.getMessage());
      System.exit(2);
      return;
    }
    try (ServerProcess service =
        ServerProcess.service(List.of("--verhulst.shared-memory.enabled=true"))) {
      service.awaitReady();
      for (Way way : Way.values()) {
        measure(service, way, 1024, 4, arguments.integer("warm-up-milliseconds"));
      }
      MarkdownTable table =
          new MarkdownTable(
              "tensor", "connections", "way", "requests/s", "MB/s", "p50, µs", "p99, µs");
      for (int tensorBytes : arguments.list("bytes", Integer::valueOf)) {
        for (int connections : arguments.list("connections", Integer::valueOf)) {
          System.err.printf("%d bytes, %d connection(s) ...%n", tensorBytes, connections);
          rows(service, arguments, tensorBytes, connections).forEach(table::row);
        }
      }
      String command = ("benchmarks/run-protocols " + String.join(" ", words)).strip();
      System.out.println(Machine.describe(command, InstantSource.system()));
      System.out.println(table);
    }
  }

  /** A row for each way; the ways take turns. */
  private static List<List<String>> rows(
      ServerProcess service, Arguments arguments, int tensorBytes, int connections)
      throws Exception {
    int window = arguments.integer("window-milliseconds");
    int rounds = arguments.integer("rounds");
    List<Latencies> times = new ArrayList<>();
    for (Way way : Way.values()) {
      measure(service, way, tensorBytes, connections, window);
      times.add(new Latencies());
    }
    for (int round = 0; round < rounds; round++) {
      for (Way way : Way.values()) {
        times.get(way.ordinal()).addAll(measure(service, way, tensorBytes, connections, window));
      }
    }
    List<List<String>> rows = new ArrayList<>();
    for (Way way : Way.values()) {
      Latencies all = times.get(way.ordinal());
      double rate = all.count() * 1000.0 / ((double) rounds * window);
      rows.add(
          List.of(
              tensorBytes < 1 << 20 ? (tensorBytes >> 10) + " KiB" : (tensorBytes >> 20) + " MiB",
              Integer.toString(connections),
              way.label(),
              String.format(Locale.ROOT, "%,.0f", rate),
              String.format(Locale.ROOT, "%,.0f", rate * tensorBytes / 1e6),
              String.format(Locale.ROOT, "%,d", all.percentile(0.5) / 1000),
              String.format(Locale.ROOT, "%,d", all.percentile(0.99) / 1000)));
    }
    return rows;
  }

  private static Latencies measure(
      ServerProcess service, Way way, int tensorBytes, int connections, int milliseconds)
      throws IOException, InterruptedException, ExecutionException {
    List<Caller> callers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
      for (int i = 0; i < connections; i++) {
        callers.add(way.connect(service.port(), service.grpcPort(), tensorBytes));
      }
      long end = System.nanoTime() + milliseconds * 1_000_000L;
      List<Future<Latencies>> futures = new ArrayList<>();
      for (Caller caller : callers) {
        futures.add(threads.submit(() -> callUntil(end, caller)));
      }
      Latencies all = new Latencies();
      for (Future<Latencies> future : futures) {
        all.addAll(future.get());
      }
      return all;
    } finally {
      for (Caller caller : callers) {
        caller.close();
      }
    }
  }

  private static Latencies callUntil(long end, Caller caller) throws IOException {
    Latencies times = new Latencies();
    long before = System.nanoTime();
    do {
      caller.call();
      long after = System.nanoTime();
      times.add(after - before);
      before = after;
    } while (before - end < 0);
    return times;
  }
}

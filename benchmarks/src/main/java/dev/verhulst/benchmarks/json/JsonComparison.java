package dev.verhulst.benchmarks.json;

import dev.verhulst.benchmarks.report.Arguments;
import dev.verhulst.benchmarks.report.Machine;
import dev.verhulst.benchmarks.report.MarkdownTable;
import dev.verhulst.kernels.DataType;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs {@link JsonBenchmark} and prints its times, in nanoseconds per number, as a table. */
public final class JsonComparison {

  private static final Map<String, String> DEFAULTS =
      Map.of("forks", "1", "warm-ups", "3", "iterations", "4", "milliseconds", "500");

  private JsonComparison() {}

  /** An unknown argument names them all. */
  public static void main(String[] words) throws Exception {
    Arguments arguments;
    try {
      arguments = new Arguments(DEFAULTS, words);
    } catch (IllegalArgumentException failure) {
      System.err.println(failure.getMessage());
      System.exit(2);
      return;
    }
    TimeValue window = new TimeValue(arguments.integer("milliseconds"), TimeUnit.MILLISECONDS);
    Map<String, Double> times = new HashMap<>();
    for (RunResult result :
        new Runner(
                new OptionsBuilder()
                    .include(JsonBenchmark.class.getName())
                    .forks(arguments.integer("forks"))
                    .warmupIterations(arguments.integer("warm-ups"))
                    .warmupTime(window)
                    .measurementIterations(arguments.integer("iterations"))
                    .measurementTime(window)
                    .build())
            .run()) {
      times.put(
          result.getParams().getParam("dataType") + " " + result.getPrimaryResult().getLabel(),
          result.getPrimaryResult().getScore());
    }
    String command = ("benchmarks/run-json " + String.join(" ", words)).strip();
    System.out.println();
    System.out.println(Machine.describe(command, InstantSource.system()));
    System.out.println(table(times));
  }

  /**
   * @param times by datatype and method, e.g. {@code FP32 readByJackson}
   */
  static String table(Map<String, Double> times) {
    MarkdownTable table =
        new MarkdownTable(
            "type",
            "read: Verhulst",
            "Jackson",
            "fastdoubleparser, conversion alone",
            "write: Verhulst",
            "Jackson");
    for (DataType dataType : DataType.values()) {
      List<String> row = new ArrayList<>(List.of(dataType.name()));
      double read = time(times, dataType, "readByVerhulst");
      double write = time(times, dataType, "writeByVerhulst");
      row.add(format(read));
      row.add(beside(time(times, dataType, "readByJackson"), read));
      row.add(beside(time(times, dataType, "convertByFastDoubleParser"), read));
      row.add(format(write));
      row.add(beside(time(times, dataType, "writeByJackson"), write));
      table.row(row);
    }
    return table.toString();
  }

  private static double time(Map<String, Double> times, DataType dataType, String method) {
    return times.getOrDefault(dataType + " " + method, Double.NaN);
  }

  private static String format(double nanoseconds) {
    return String.format(Locale.ROOT, "%.1f", nanoseconds);
  }

  private static String beside(double peer, double ours) {
    return String.format(Locale.ROOT, "%.1f (%.2f)", peer, peer / ours);
  }
}

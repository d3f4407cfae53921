package dev.verhulst.benchmarks.kernels;

import dev.verhulst.benchmarks.contender.Operation;
import dev.verhulst.benchmarks.report.MarkdownTable;
import dev.verhulst.benchmarks.report.Median;
import dev.verhulst.kernels.DataType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What was measured, by row and contender, one time of a call for each round. A ratio is taken
 * within a round, where the contenders took turns, and its median is over the rounds.
 */
final class KernelResults {

  private record Cell(Measurement measurement, int threads, ContenderKind contender) {}

  private final Map<Cell, List<Double>> nanoseconds = new LinkedHashMap<>();

  void add(Measurement measurement, int threads, ContenderKind contender, double callNanoseconds) {
    nanoseconds
        .computeIfAbsent(new Cell(measurement, threads, contender), _ -> new ArrayList<>())
        .add(callNanoseconds);
  }

  /** The table: a row for each measurement and number of threads, in the order of the plan. */
  String table(Plan plan) {
    MarkdownTable table =
        new MarkdownTable(
            "operation",
            "type",
            "threads",
            "elements",
            "Verhulst",
            "ONNX Runtime",
            "PyTorch",
            "copy");
    for (Operation operation : Operation.values()) {
      for (DataType dataType : DataType.values()) {
        for (int threads : plan.threads()) {
          plan.measurements().stream()
              .filter(row -> row.operation() == operation && row.dataType() == dataType)
              .forEach(row -> table.row(row(row, threads)));
        }
      }
    }
    return table.toString();
  }

  /** The median over the rounds of the contender's time over Verhulst's, or none without both. */
  OptionalDouble ratio(Measurement measurement, int threads, ContenderKind contender) {
    List<Double> own = nanoseconds.get(new Cell(measurement, threads, ContenderKind.VERHULST));
    List<Double> others = others(measurement, threads, contender);
    if (own == null || others.isEmpty()) {
      return OptionalDouble.empty();
    }
    List<Double> ratios = new ArrayList<>();
    for (int round = 0; round < own.size(); round++) {
      ratios.add(others.get(round) / own.get(round));
    }
    return OptionalDouble.of(Median.of(ratios));
  }

  private List<Double> others(Measurement measurement, int threads, ContenderKind contender) {
    Measurement counterpart =
        contender == ContenderKind.MEMORY && !measurement.operation().isMemoryOnly()
            ? new Measurement(Operation.COPY, measurement.dataType(), measurement.elements())
            : measurement;
    return nanoseconds.getOrDefault(new Cell(counterpart, threads, contender), List.of());
  }

  private List<String> row(Measurement measurement, int threads) {
    List<String> cells = new ArrayList<>();
    cells.add(measurement.operation().label());
    cells.add(measurement.dataType().name());
    cells.add(Integer.toString(threads));
    cells.add(elements(measurement.elements()));
    for (ContenderKind contender : ContenderKind.values()) {
      cells.add(cell(measurement, threads, contender));
    }
    return cells;
  }

  private String cell(Measurement measurement, int threads, ContenderKind contender) {
    List<Double> times = others(measurement, threads, contender);
    if (times.isEmpty()) {
      return "";
    }
    String time = String.format(Locale.ROOT, "%.3f", Median.of(times) / measurement.elements());
    OptionalDouble ratio = ratio(measurement, threads, contender);
    return contender == ContenderKind.VERHULST || ratio.isEmpty()
        ? time
        : String.format(Locale.ROOT, "%s (%.2f ×)", time, ratio.getAsDouble());
  }

  private static String elements(long elements) {
    if (elements % (1 << 20) == 0) {
      return (elements >> 20) + " Mi";
    }
    return elements % (1 << 10) == 0 ? (elements >> 10) + " Ki" : Long.toString(elements);
  }
}

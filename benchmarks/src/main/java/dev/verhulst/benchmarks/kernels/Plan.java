package dev.verhulst.benchmarks.kernels;

import dev.verhulst.benchmarks.contender.Operation;
import dev.verhulst.benchmarks.report.Arguments;
import dev.verhulst.kernels.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a comparison measures, and how long.
 *
 * @param measurements the rows
 * @param threads the numbers of threads to measure every row with
 * @param rounds how often everything is measured, each time in new processes
 * @param iterations how many iterations of JMH one measurement takes
 * @param iterationMilliseconds how long an iteration takes at least
 */
record Plan(
    List<Measurement> measurements,
    List<Integer> threads,
    int rounds,
    int iterations,
    int iterationMilliseconds) {

  private static final String OPERATIONS =
      Arrays.stream(Operation.values()).map(Operation::argument).collect(Collectors.joining(","));

  private static final Map<String, String> FULL =
      Map.of(
          "operations", OPERATIONS,
          "types", "FP32,FP16,BF16",
          "elements", "1024,65536,1048576,16777216,67108864",
          "threads", "1,2",
          "rounds", "3",
          "iterations", "5",
          "iteration-milliseconds", "50",
          "quick", "false");

  private static final Map<String, String> QUICK =
      Map.of(
          "elements", "65536,1048576",
          "threads", "1",
          "rounds", "1",
          "iterations", "5",
          "iteration-milliseconds", "40");

  /** The plan that a command line asks for; without arguments, everything. */
  static Plan of(String... words) {
    Map<String, String> defaults = new HashMap<>(FULL);
    if (Arrays.asList(words).contains("--quick")) {
      defaults.putAll(QUICK);
    }
    Arguments arguments = new Arguments(defaults, words);
    List<Measurement> measurements = new ArrayList<>();
    for (Operation operation : arguments.list("operations", Operation::ofArgument)) {
      for (DataType dataType : arguments.list("types", DataType::valueOf)) {
        for (long elements : arguments.list("elements", Long::valueOf)) {
          measurements.add(new Measurement(operation, dataType, elements));
        }
      }
    }
    return new Plan(
        measurements.stream().filter(Plan::isComparable).toList(),
        arguments.list("threads", Integer::valueOf),
        arguments.integer("rounds"),
        arguments.integer("iterations"),
        arguments.integer("iteration-milliseconds"));
  }

  /** Whether anyone computes it; in place, only the type of the widest use is measured. */
  private static boolean isComparable(Measurement measurement) {
    return (!measurement.operation().isInPlace() || measurement.dataType() == DataType.FP32)
        && Arrays.stream(ContenderKind.values())
            .anyMatch(kind -> kind.supports(measurement.operation(), measurement.dataType()));
  }
}

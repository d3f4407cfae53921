package dev.verhulst.benchmarks.heads;

import dev.verhulst.benchmarks.report.Arguments;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a comparison measures, and how long.
 *
 * @param shapes the rows
 * @param contenders who is compared
 * @param threads how many threads a contender may use
 * @param rounds how often everything is measured, each time in new processes
 * @param turns how often the contenders take turns at a row in a round
 * @param furtherTurns how many more they take at a row that is {@linkplain HeadResults#isClose
 *     close}
 * @param iterations how many iterations of JMH one turn takes
 * @param iterationMilliseconds how long an iteration takes at least
 */
record HeadPlan(
    List<HeadShape> shapes,
    List<HeadContender> contenders,
    int threads,
    int rounds,
    int turns,
    int furtherTurns,
    int iterations,
    int iterationMilliseconds) {

  private static final Map<String, String> DEFAULTS =
      Map.of(
          "features", "30,784,4096",
          "labels", "1,10,1000",
          "batches", "1,32,1024",
          "contenders", "VERHULST,ONNX_RUNTIME,OPENBLAS",
          "threads", "2",
          "rounds", "1",
          "turns", "15",
          "further-turns", "30",
          "iterations", "5",
          "iteration-milliseconds", "25");

  /** The plan that a command line asks for; without arguments, everything. */
  static HeadPlan of(String... words) {
    Arguments arguments = new Arguments(DEFAULTS, words);
    List<HeadShape> shapes = new ArrayList<>();
    for (int features : arguments.list("features", Integer::valueOf)) {
      for (int labels : arguments.list("labels", Integer::valueOf)) {
        for (int batch : arguments.list("batches", Integer::valueOf)) {
          shapes.add(new HeadShape(features, labels, batch));
        }
      }
    }
    return new HeadPlan(
        shapes,
        arguments.list("contenders", HeadContender::valueOf),
        arguments.integer("threads"),
        arguments.integer("rounds"),
        arguments.integer("turns"),
        arguments.integer("further-turns"),
        arguments.integer("iterations"),
        arguments.integer("iteration-milliseconds"));
  }
}

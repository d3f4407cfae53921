package dev.verhulst.benchmarks.heads;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * A process that measures one contender: a {@link HeadShape} a line comes in, the median
 * nanoseconds of a call go out. Contenders need a process each, since their spinning threads wreck
 * each other in one.
 */
final class HeadFork {

  /** So long the JIT compiler is at a new shape, where two processors compute meanwhile. */
  private static final int FIRST_WARM_UP = 16;

  /** So long after the shape has been measured before. */
  private static final int NEXT_WARM_UP = 1;

  private HeadFork() {}

  /** Its arguments: contender, threads, iterations, milliseconds of an iteration. */
  public static void main(String[] arguments) throws Exception {
    PrintStream answers = System.out;
    System.setOut(System.err);
    var requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String before = "";
    for (String line = requests.readLine(); line != null; line = requests.readLine()) {
      answers.println(measure(line, line.equals(before) ? NEXT_WARM_UP : FIRST_WARM_UP, arguments));
      answers.flush();
      before = line;
    }
  }

  private static double measure(String shape, int warmUp, String[] arguments) throws Exception {
    TimeValue time = TimeValue.milliseconds(Integer.parseInt(arguments[3]));
    RunResult result =
        new Runner(
                new OptionsBuilder()
                    .include(HeadBenchmark.class.getName())
                    .param("contender", arguments[0])
                    .param("shape", shape)
                    .param("threads", arguments[1])
                    .forks(0)
                    .warmupIterations(warmUp)
                    .warmupTime(TimeValue.milliseconds(150))
                    .measurementIterations(Integer.parseInt(arguments[2]))
                    .measurementTime(time)
                    .shouldFailOnError(true)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .runSingle();
    return result.getPrimaryResult().getStatistics().getPercentile(50);
  }
}

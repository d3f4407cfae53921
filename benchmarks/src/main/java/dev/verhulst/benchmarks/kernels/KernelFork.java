package dev.verhulst.benchmarks.kernels;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * A process that measures one contender: a {@link Measurement} a line comes in, the median
 * nanoseconds of a call go out. Contenders need a process each, since the spinning threads of ONNX
 * Runtime and of OpenMP wreck each other in one; and they take turns measurement by measurement, so
 * that a noisy moment of the machine hits all of them alike. JMH's own forks would run one
 * benchmark to its end before the next.
 */
final class KernelFork {

  private static final int WARM_UP_ITERATIONS = 3;

  private final ContenderKind contender;
  private final int threads;
  private final int iterations;
  private final TimeValue iterationTime;
  private final Set<String> warm = new HashSet<>();

  private KernelFork(ContenderKind contender, int threads, int iterations, int milliseconds) {
    this.contender = contender;
    this.threads = threads;
    this.iterations = iterations;
    this.iterationTime = TimeValue.milliseconds(milliseconds);
  }

  /** Its arguments: contender, threads, iterations, milliseconds of an iteration. */
  public static void main(String[] arguments) throws Exception {
    PrintStream answers = System.out;
    System.setOut(System.err);
    KernelFork fork =
        new KernelFork(
            ContenderKind.valueOf(arguments[0]),
            Integer.parseInt(arguments[1]),
            Integer.parseInt(arguments[2]),
            Integer.parseInt(arguments[3]));
    var requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = requests.readLine(); line != null; line = requests.readLine()) {
      answers.println(fork.measure(Measurement.parse(line)));
      answers.flush();
    }
  }

  private double measure(Measurement measurement) throws Exception {
    if (warm.add(measurement.operation() + " " + measurement.dataType())) {
      WarmUp.run(contender, measurement.operation(), measurement.dataType(), threads);
    }
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(KernelBenchmark.class.getName())
                    .param("contender", contender.name())
                    .param("operation", measurement.operation().name())
                    .param("dataType", measurement.dataType().name())
                    .param("elements", Long.toString(measurement.elements()))
                    .param("threads", Integer.toString(threads))
                    .forks(0)
                    .warmupIterations(WARM_UP_ITERATIONS)
                    .warmupTime(iterationTime)
                    .measurementIterations(iterations)
                    .measurementTime(iterationTime)
                    .shouldFailOnError(true)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();
    return results.iterator().next().getPrimaryResult().getStatistics().getPercentile(50);
  }
}

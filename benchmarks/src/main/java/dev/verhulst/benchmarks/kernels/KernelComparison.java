package dev.verhulst.benchmarks.kernels;

import dev.verhulst.benchmarks.report.Machine;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Compares the kernels with their peers and prints a table in Markdown. In every round each
 * contender has a new process; for every row the contenders take turns.
 */
public final class KernelComparison {

  private final Plan plan;
  private final KernelResults results = new KernelResults();

  private KernelComparison(Plan plan) {
    this.plan = plan;
  }

  /** Its arguments are those of {@link Plan}; an unknown one names them. */
  public static void main(String[] arguments) throws IOException {
    Plan plan;
    try {
      plan = Plan.of(arguments);
    } catch (IllegalArgumentException failure) {
      System.err.println(failure.getMessage());
      System.exit(2);
      return;
    }
    long start = System.nanoTime();
    KernelComparison comparison = new KernelComparison(plan);
    comparison.run();
    String command = ("benchmarks/run-kernels " + String.join(" ", arguments)).strip();
    System.out.println(Machine.describe(command, InstantSource.system()));
    System.out.println(comparison.results.table(plan));
    System.out.println(Goals.verdict(plan, comparison.results));
    System.err.printf("Took %d s.%n", (System.nanoTime() - start) / 1_000_000_000);
  }

  private void run() throws IOException {
    for (int round = 0; round < plan.rounds(); round++) {
      for (int threads : plan.threads()) {
        System.err.printf("Round %d of %d, %d thread(s) ...%n", round + 1, plan.rounds(), threads);
        List<ForkProcess> forks = start(threads);
        try {
          // Who begins changes from round to round.
          Collections.rotate(forks, round);
          measure(forks, threads);
        } finally {
          forks.forEach(ForkProcess::close);
        }
      }
    }
  }

  private List<ForkProcess> start(int threads) throws IOException {
    List<ForkProcess> forks = new ArrayList<>();
    for (ContenderKind contender : ContenderKind.values()) {
      boolean needed =
          plan.measurements().stream()
              .anyMatch(row -> contender.supports(row.operation(), row.dataType()));
      if (needed) {
        forks.add(new ForkProcess(contender, threads, plan));
      }
    }
    return forks;
  }

  private void measure(List<ForkProcess> forks, int threads) {
    for (Measurement measurement : plan.measurements()) {
      for (ForkProcess fork : forks) {
        if (fork.contender().supports(measurement.operation(), measurement.dataType())) {
          double nanoseconds = fork.measure(measurement);
          results.add(measurement, threads, fork.contender(), nanoseconds);
        }
      }
    }
  }
}

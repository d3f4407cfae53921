package dev.verhulst.benchmarks.training;

import dev.verhulst.benchmarks.report.Arguments;
import dev.verhulst.benchmarks.report.Machine;
import dev.verhulst.benchmarks.report.MarkdownTable;
import dev.verhulst.benchmarks.report.Median;
import dev.verhulst.heads.training.HeadTraining;
import dev.verhulst.heads.training.LabelFit;
import dev.verhulst.heads.training.Solver;
import dev.verhulst.heads.training.TrainingListener;
import dev.verhulst.heads.training.TrainingOptions;
import dev.verhulst.kernels.cpu.CpuDevice;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Compares the time to a fitted head with scikit-learn's, on the same synthetic rows: each from
 * rows in memory to coefficients, its own preparation of the data included.
 */
public final class TrainingComparison {

  private static final Map<String, String> DEFAULTS =
      Map.of(
          "rows", "1000000",
          "features", "30",
          "threads", "2",
          "rounds", "3",
          "python", "/usr/bin/python3");

  private final int threads;
  private final int rounds;
  private final String python;
  private final SyntheticRows rows;
  private final MarkdownTable table =
      new MarkdownTable("who", "solver", "seconds", "iterations", "objective");

  private TrainingComparison(Arguments arguments) {
    threads = arguments.integer("threads");
    rounds = arguments.integer("rounds");
    python = arguments.list("python", word -> word).getFirst();
    rows = new SyntheticRows(arguments.integer("rows"), arguments.integer("features"));
  }

  /** An unknown argument lists those there are. */
  public static void main(String[] words) throws IOException, InterruptedException {
    Arguments arguments;
    try {
      arguments = new Arguments(DEFAULTS, words);
    } catch (IllegalArgumentException failure) {
      System.err.println(failure.getMessage());
      System.exit(2);
      return;
    }
    TrainingComparison comparison = new TrainingComparison(arguments);
    for (Solver solver : List.of(Solver.NEWTON, Solver.LBFGS)) {
      comparison.measure(solver);
    }
    comparison.measureScikitLearn();
    String command = ("benchmarks/run-training " + String.join(" ", words)).strip();
    System.out.println(Machine.describe(command, InstantSource.system()));
    System.out.println(comparison.table);
  }

  private void measure(Solver solver) {
    TrainingOptions options =
        TrainingOptions.DEFAULT
            .withStandardise(false)
            .withSolver(solver)
            .withMemoryBudget(Long.MAX_VALUE)
            .withTolerance(1e-7);
    try (CpuDevice device = new CpuDevice(threads)) {
      HeadTraining training = new HeadTraining(device, threads);
      List<Double> seconds = new ArrayList<>();
      LabelFit label = null;
      // The first fit is one too many: it is the compiler's.
      for (int round = 0; round <= rounds; round++) {
        long start = System.nanoTime();
        label = training.fit(rows.examples(), options, TrainingListener.NONE).labels().getFirst();
        double taken = (System.nanoTime() - start) / 1e9;
        if (round > 0) {
          seconds.add(taken);
        } else {
          System.err.printf("%s, first fit of the process: %.3f s%n", solver, taken);
        }
      }
      if (label == null || !label.converged()) {
        throw new IllegalStateException("the fit has not converged");
      }
      row(
          "Verhulst",
          solver.toString(),
          Median.of(seconds),
          Integer.toString(label.iterations()),
          Double.toString(label.objective()));
    }
  }

  private void measureScikitLearn() throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("training");
    try {
      rows.write(directory.resolve("x"), directory.resolve("y"));
      Process process =
          new ProcessBuilder(
                  python,
                  "benchmarks/src/main/python/fit_logistic.py",
                  directory.toString(),
                  Integer.toString(rows.rows()),
                  Integer.toString(rows.features()),
                  Integer.toString(threads),
                  Integer.toString(rounds))
              .redirectError(Redirect.INHERIT)
              .start();
      try (BufferedReader answers = process.inputReader()) {
        String version = answers.readLine();
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
          String[] words = line.split(" ");
          row(
              "scikit-learn " + version,
              words[0],
              Double.parseDouble(words[1]),
              words[2],
              words[3]);
        }
      }
      if (process.waitFor() != 0) {
        throw new IOException(python + " failed, see above; it needs scikit-learn");
      }
    } finally {
      Files.deleteIfExists(directory.resolve("x"));
      Files.deleteIfExists(directory.resolve("y"));
      Files.delete(directory);
    }
  }

  private void row(String who, String solver, double seconds, String iterations, String objective) {
    table.row(
        List.of(who, solver, String.format(Locale.ROOT, "%.3f", seconds), iterations, objective));
  }
}

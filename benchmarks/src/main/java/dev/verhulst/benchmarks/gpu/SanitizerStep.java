package dev.verhulst.benchmarks.gpu;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What compute-sanitizer's memcheck says of a short run, where the machine has the tool. */
final class SanitizerStep extends Step {

  private static final String TOOL = "compute-sanitizer";
  private static final String CLEAN = "ERROR SUMMARY: 0 errors";

  /** The exit code that the tool is told to have where it found errors. */
  private static final int FOUND_ERRORS = 86;

  SanitizerStep() {
    super(TOOL);
  }

  @Override
  Outcome run(Deadline deadline) throws Exception {
    Optional<Path> tool = find();
    if (tool.isEmpty()) {
      return Outcome.of(Verdict.ABSENT, "this machine has no " + TOOL);
    }
    // Under it everything is slower: half of the time for the checks, half for the start and the
    // end.
    Duration limit = deadline.left();
    List<String> command =
        new ArrayList<>(
            List.of(
                tool.get().toString(),
                "--tool",
                "memcheck",
                "--error-exitcode",
                Integer.toString(FOUND_ERRORS)));
    command.addAll(Child.java(ShortRun.class, Long.toString(Math.max(1, limit.toSeconds() / 2))));
    Child.Result result = Child.run(command, limit);
    if (result.exitCode() == Child.TIMED_OUT) {
      return Outcome.of(Verdict.CUT_SHORT, "not done in " + limit.toSeconds() + " s");
    }
    String batches =
        result
            .output()
            .lines()
            .filter(line -> line.startsWith(ShortRun.DONE))
            .findFirst()
            .orElse("the run did not end well: " + result.lastLine());
    boolean clean =
        result.exitCode() == 0
            && result.output().contains(CLEAN)
            && batches.startsWith(ShortRun.DONE);
    String said =
        result
            .output()
            .lines()
            .filter(line -> line.contains("ERROR SUMMARY"))
            .findFirst()
            .orElse("no summary, exit code " + result.exitCode())
            .replace("=", "")
            .strip();
    return Outcome.of(
        clean ? Verdict.PASSED : Verdict.FAILED, "memcheck: " + said + ", " + batches);
  }

  private static Optional<Path> find() {
    return Stream.concat(
            Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1)),
            Stream.of("/usr/local/cuda/bin", "/opt/cuda/bin"))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, TOOL))
        .filter(Files::isExecutable)
        .findFirst();
  }
}

package dev.verhulst.benchmarks.gpu;

import java.time.Duration;

/**
 * A process that loses its GPU to an injected error notices it, computes on the CPU, and leaves the
 * GPU well for the next process.
 */
final class LostDeviceStep extends Step {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  LostDeviceStep() {
    super("lost device");
  }

  @Override
  Outcome run(Deadline deadline) throws Exception {
    Child.Result lost = Child.run(Child.java(LostDeviceRun.class), LIMIT);
    if (lost.exitCode() != 0 || !lost.lastLine().startsWith(LostDeviceRun.DONE)) {
      return Outcome.of(
          Verdict.FAILED, "exit code %d, %s".formatted(lost.exitCode(), lost.lastLine()));
    }
    long seconds = Math.max(2, deadline.left().toSeconds() / 2);
    Child.Result fresh = Child.run(Child.java(ShortRun.class, Long.toString(seconds)), LIMIT);
    boolean works = fresh.exitCode() == 0 && fresh.lastLine().startsWith(ShortRun.DONE);
    String seen = lost.lastLine().substring(LostDeviceRun.DONE.length());
    return works
        ? Outcome.of(
            Verdict.PASSED, "%s; a fresh process works (%s)".formatted(seen, fresh.lastLine()))
        : Outcome.of(
            Verdict.FAILED,
            "%s; but a fresh process fails (exit code %d, %s)"
                .formatted(seen, fresh.exitCode(), fresh.lastLine()));
  }
}

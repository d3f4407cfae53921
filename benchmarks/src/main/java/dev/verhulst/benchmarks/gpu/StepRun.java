package dev.verhulst.benchmarks.gpu;

import dev.verhulst.benchmarks.gpu.GpuRecord.StepRecord;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A step that was taken.
 *
 * @param hangs whether it has not come back: a call of the driver may never return
 */
record StepRun(StepRecord record, boolean hangs) {

  /** Takes a step in a thread of its own, and waits for it no longer than it may take. */
  static StepRun of(Step step, Duration budget) throws InterruptedException {
    long start = System.nanoTime();
    CompletableFuture<Outcome> answer = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name(step.name())
        .start(
            () -> {
              try {
                answer.complete(step.run(new Deadline(System::nanoTime, budget)));
              } catch (Throwable failure) {
                answer.completeExceptionally(failure);
              }
            });
    Outcome outcome;
    boolean hangs = false;
    try {
      outcome = answer.get(Verify.patience(budget).toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failure) {
      failure.printStackTrace();
      outcome = Outcome.of(Verdict.FAILED, String.valueOf(failure.getCause()));
    } catch (TimeoutException failure) {
      hangs = true;
      outcome =
          Outcome.of(Verdict.FAILED, "it did not come back; the steps after it were left out");
    }
    return new StepRun(
        new StepRecord(
            outcome.verdict().text(),
            seconds(Duration.ofNanos(System.nanoTime() - start)),
            seconds(budget),
            outcome.summary(),
            outcome.rows()),
        hangs);
  }

  private static double seconds(Duration duration) {
    return Math.round(duration.toMillis() / 100.0) / 10.0;
  }
}

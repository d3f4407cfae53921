package dev.verhulst.client.jobs;

import dev.verhulst.client.error.Failures;
import dev.verhulst.client.transport.Futures;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A job on the server, followed by the client from the moment on at which it is sent. */
public final class Job {

  private final String id;
  private final JobCalls calls;
  private final CompletableFuture<JobStatus> submitted;
  private final CompletableFuture<JobResult> result;

  private Job(
      String id, JobCalls calls, CompletableFuture<JobStatus> submitted, JobListener listener) {
    this.id = id;
    this.calls = calls;
    this.submitted = submitted;
    this.result = follow(listener);
  }

  /** Sends a job, and follows it. */
  static Job submit(JobRequest request, JobCalls calls, JobListener listener) {
    return new Job(request.id(), calls, calls.submit(request), listener);
  }

  /** Follows a job that has been sent before, from here or elsewhere. */
  public static Job of(String id, JobCalls calls, JobListener listener) {
    return new Job(id, calls, calls.status(id), listener);
  }

  private CompletableFuture<JobResult> follow(JobListener listener) {
    CompletableFuture<JobResult> outcome = new CompletableFuture<>();
    outcome.whenComplete((value, failure) -> submitted.cancel(true));
    submitted.whenComplete(
        (accepted, refused) -> {
          if (refused != null) {
            outcome.completeExceptionally(Failures.unwrap(refused));
            return;
          }
          CompletableFuture<JobStatus> followed;
          try {
            followed = calls.follow(id, listener);
          } catch (RuntimeException | Error e) {
            // The client has been closed since, for one.
            outcome.completeExceptionally(e);
            return;
          }
          outcome.whenComplete((value, failure) -> followed.cancel(true));
          followed.whenComplete((end, lost) -> complete(outcome, end, lost));
        });
    return outcome;
  }

  private static void complete(
      CompletableFuture<JobResult> outcome, JobStatus end, @Nullable Throwable lost) {
    if (lost != null) {
      outcome.completeExceptionally(Failures.unwrap(lost));
    } else if (end.result().isPresent()) {
      outcome.complete(end.result().get());
    } else {
      outcome.completeExceptionally(new JobFailedException(end));
    }
  }

  /** The job's name. */
  public String id() {
    return id;
  }

  /**
   * What the job will have made. It fails with a {@link JobFailedException} where the job has ended
   * without a result, and with what went wrong where the server cannot be asked. Cancelling it
   * gives up following the job, which goes on.
   */
  public CompletableFuture<JobResult> result() {
    return result;
  }

  /**
   * Waits for what the job makes.
   *
   * @throws JobFailedException where the job has ended without a result
   */
  public JobResult await() {
    return Awaiting.value(result, "followJob " + id, null);
  }

  /** How the job stands now. */
  public CompletableFuture<JobStatus> status() {
    return Futures.compose(submitted.copy(), status -> calls.status(id));
  }

  /**
   * Cancels the job: at once where it waits, within an iteration where it runs. {@link #result()}
   * tells of its end.
   */
  public CompletableFuture<JobStatus> cancel() {
    return Futures.compose(submitted.copy(), status -> calls.cancel(id));
  }
}

package dev.verhulst.service.jobs;

import dev.verhulst.heads.training.TrainingProgress;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a job stands at a moment.
 *
 * @param revision counts the changes of the job
 * @param id the job's name, the caller's or the server's
 * @param model the model that it makes a version of
 * @param created when it was accepted
 * @param started when it began to run; null where it has not
 * @param ended when it ended; null where it has not
 * @param progress its training's last iteration; null before the first, and without training
 * @param timeLeft about how long it will run on; null where nobody can tell
 * @param result what it has made; null where it has not succeeded
 * @param error why it has not; null where it has, or may yet
 */
public record JobStatus(
    long revision,
    String id,
    JobKind kind,
    String model,
    JobState state,
    Instant created,
    @Nullable Instant started,
    @Nullable Instant ended,
    @Nullable TrainingProgress progress,
    @Nullable Duration timeLeft,
    @Nullable JobResult result,
    @Nullable String error) {

  /** A job that has just been accepted. */
  static JobStatus queued(String id, JobKind kind, String model, Instant now) {
    return new JobStatus(
        0, id, kind, model, JobState.QUEUED, now, null, null, null, null, null, null);
  }

  JobStatus running(Instant now) {
    return new JobStatus(
        revision + 1,
        id,
        kind,
        model,
        JobState.RUNNING,
        created,
        now,
        null,
        null,
        null,
        null,
        null);
  }

  JobStatus withProgress(TrainingProgress newProgress, Instant now) {
    return new JobStatus(
        revision + 1,
        id,
        kind,
        model,
        state,
        created,
        started,
        null,
        newProgress,
        timeLeft(newProgress, now),
        null,
        null);
  }

  JobStatus succeeded(JobResult newResult, Instant now) {
    return ended(JobState.SUCCEEDED, newResult, null, now);
  }

  JobStatus unsuccessful(JobState newState, String newError, Instant now) {
    return ended(newState, null, newError, now);
  }

  private JobStatus ended(
      JobState newState, @Nullable JobResult newResult, @Nullable String newError, Instant now) {
    return new JobStatus(
        revision + 1,
        id,
        kind,
        model,
        newState,
        created,
        started,
        now,
        progress,
        null,
        newResult,
        newError);
  }

  /** As long again as so far, by the share that is done. */
  private @Nullable Duration timeLeft(TrainingProgress newProgress, Instant now) {
    double share = newProgress.share();
    if (started == null || !(share > 0)) {
      return null;
    }
    double soFar = Duration.between(started, now).toMillis();
    return Duration.ofMillis(Math.round(soFar * (1 - share) / share));
  }
}

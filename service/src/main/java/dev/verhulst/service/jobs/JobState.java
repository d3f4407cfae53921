package dev.verhulst.service.jobs;

/** Where a job stands. */
public enum JobState {
  /** It waits for the job that runs. */
  QUEUED,
  /** It runs. */
  RUNNING,
  /** It has saved a new version of its model. */
  SUCCEEDED,
  /** It has ended with an error. */
  FAILED,
  /** It was cancelled by a caller. */
  CANCELLED,
  /** The server stopped before it had ended. */
  LOST;

  /** Whether it will not change again. */
  public boolean hasEnded() {
    return this != QUEUED && this != RUNNING;
  }
}

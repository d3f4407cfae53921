package dev.verhulst.client.jobs;

/** A job that has ended without a result: failed, cancelled or lost. */
public final class JobFailedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient JobStatus status;

  public JobFailedException(JobStatus status) {
    super(
        "job "
            + status.id()
            + " on model '"
            + status.model()
            + "' is "
            + status.state()
            + status.error().map(error -> ": " + error).orElse(""));
    this.status = status;
  }

  /** How the job stands. */
  public JobStatus status() {
    return status;
  }
}

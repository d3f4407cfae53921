package dev.verhulst.client.jobs;

import java.util.concurrent.CompletableFuture;

/** The calls that jobs are made of. */
public interface JobCalls {

  /** Sends a job. Sent twice with the same id, it is one job. */
  CompletableFuture<JobStatus> submit(JobRequest request);

  /** How a job stands. */
  CompletableFuture<JobStatus> status(String id);

  /** Cancels a job. */
  CompletableFuture<JobStatus> cancel(String id);

  /**
   * Follows a job to its end.
   *
   * @param listener told of each change
   * @return how it stands when it has ended
   */
  CompletableFuture<JobStatus> follow(String id, JobListener listener);
}

package dev.verhulst.client.transport;

import dev.verhulst.client.jobs.JobListener;
import dev.verhulst.client.jobs.JobRequest;
import dev.verhulst.client.jobs.JobStatus;

/** The calls of jobs, brought to one endpoint. */
public interface JobTransport {

  /** Sends a job. */
  Attempt<JobStatus> submit(JobRequest request);

  /** How a job stands. */
  Attempt<JobStatus> status(String id);

  /** Cancels a job. */
  Attempt<JobStatus> cancel(String id);

  /**
   * Follows a job to its end.
   *
   * @return how it stands when it has ended
   */
  Attempt<JobStatus> follow(String id, JobListener listener);
}

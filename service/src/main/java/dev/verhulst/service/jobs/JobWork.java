package dev.verhulst.service.jobs;

import java.io.IOException;

/** What a job has to do. */
public interface JobWork {

  /**
   * Does it.
   *
   * @throws IllegalArgumentException where the data are not as they should be; the message says how
   * @throws IOException where files cannot be read or written
   * @throws java.util.concurrent.CancellationException where the monitor says that it is to end
   */
  JobResult run(JobMonitor monitor) throws IOException;
}

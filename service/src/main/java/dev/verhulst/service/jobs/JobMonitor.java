package dev.verhulst.service.jobs;

import dev.verhulst.heads.training.TrainingListener;

/** Told by a job's work how far it is; {@link #onIteration} checks for its end, too. */
public interface JobMonitor extends TrainingListener {

  /**
   * Checks whether the work is to go on.
   *
   * @throws java.util.concurrent.CancellationException where it is not
   */
  void expectWanted();
}

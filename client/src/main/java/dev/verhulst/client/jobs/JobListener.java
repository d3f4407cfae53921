package dev.verhulst.client.jobs;

/** Told how a job stands, for its changes: on a thread of the client's, which it must not keep. */
@FunctionalInterface
public interface JobListener {

  /** Listens to nothing. */
  JobListener NONE = status -> {};

  /** Called when something has changed; what follows too fast may be left out, the end never. */
  void onChange(JobStatus status);
}

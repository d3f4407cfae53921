package dev.verhulst.service.tracing;

/**
 * The trace of one inference, on the thread that serves it. Instants are those of {@link
 * System#nanoTime()}.
 */
public interface InferenceTrace {

  /** Nothing of the request is traced. */
  InferenceTrace NONE = new InferenceTrace() {};

  /** The request holds so many batch items. */
  default void batchSize(long items) {}

  /** The batch that the request was computed in holds so many items, its own among them. */
  default void executionBatchSize(long items) {}

  /** A phase begins, and the one before it has ended. */
  default void enter(Phase phase, long nanoTime) {}

  /** The request, and the phase that it is in, have failed. */
  default void failed(Throwable error) {}

  /** The request has ended, and the phase that it is in with it. */
  default void end() {}
}

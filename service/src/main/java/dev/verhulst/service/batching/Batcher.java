package dev.verhulst.service.batching;

import org.jspecify.annotations.Nullable;

/** The bounded queue of one model, and what lets its requests leave together. Thread-safe. */
public interface Batcher {

  /**
   * Queues a request and returns when its results are written. Called on a thread of the request,
   * which may itself run the batch.
   *
   * <p>Interrupting the calling thread while the request is still queued takes it out of the queue
   * at once. Once the device has taken it, the call returns only when the device has let go of its
   * memory, so that a lease may be closed on every return.
   *
   * @throws dev.verhulst.service.inference.InferenceException UNAVAILABLE with retryAfter where the
   *     queue is full or the service stops; TIMEOUT where the request's time passed in the queue;
   *     INTERNAL where the device failed
   * @throws InterruptedException where it was cancelled
   */
  BatchTimings execute(BatchRequest request) throws InterruptedException;

  /**
   * Computes a request before the call returns, where that takes no waiting: the computation is
   * short, and the device free. The calling thread is not to be interrupted meanwhile.
   *
   * @return null where the request is one for {@link #execute}, which finds out what is in its way
   * @throws dev.verhulst.service.inference.InferenceException INTERNAL where the device failed
   */
  @Nullable BatchTimings executeAtOnce(BatchRequest request);

  /** How many requests wait in the queue. */
  int depth();
}

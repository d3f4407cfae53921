package dev.verhulst.service.batching;

/** Makes the queues of the server, one per version of a model. Thread-safe. */
public interface Batchers {

  /**
   * A new queue. It needs no closing: it goes when nobody holds it any more, and turns its requests
   * away when the server stops.
   *
   * @param model the model's name, for messages
   * @param policy when its requests leave
   * @param listener who hears of its executions
   */
  Batcher open(String model, BatchingPolicy policy, ExecutionListener listener);
}

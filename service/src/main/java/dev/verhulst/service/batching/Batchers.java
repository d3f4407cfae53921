package dev.verhulst.service.batching;

/** The queues of the server, one per model. Thread-safe. */
public interface Batchers {

  /**
   * The queue of a model, made when it is first asked for.
   *
   * @param model the model's name, as the catalogue writes it (not an alias)
   */
  Batcher forModel(String model);

  /** How many requests of a model wait in its queue; 0 where nobody has asked for its queue. */
  int queueDepth(String model);

  /** When the requests of a model leave its queue. */
  BatchingPolicy policy(String model);
}

package dev.verhulst.service.repository;

/**
 * Makes what requests are sent to from what the repository holds.
 *
 * @param <M> what requests are sent to
 */
public interface ModelLoader<M> {

  /**
   * Makes one version of a model, ready to take requests.
   *
   * @throws ModelLoadException where its configuration or its files are not as they should be
   */
  M load(ModelSource source) throws ModelLoadException;

  /** Frees what was loaded but is not going to be served; nothing, where only the heap holds it. */
  default void discard(M model) {}
}

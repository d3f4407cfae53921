package dev.verhulst.service.repository;

import java.util.SortedMap;

/**
 * The models that take requests.
 *
 * @param <M> what requests are sent to
 */
public interface ServedModels<M> {

  /** Whether a model of that name is built in, so that the repository must not have one. */
  boolean isBuiltIn(String name);

  /**
   * Serves these versions of a model from now on, and none that were served before. Requests that
   * have found an older one finish on it.
   *
   * @param versions at least one, by their numbers
   */
  void publish(String name, SortedMap<Long, M> versions);

  /** Serves a model no longer. Requests that have found it finish. */
  void withdraw(String name);
}

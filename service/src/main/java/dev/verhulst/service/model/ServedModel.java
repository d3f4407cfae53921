package dev.verhulst.service.model;

import dev.verhulst.service.batching.Batcher;
import dev.verhulst.service.batching.BatchingPolicy;
import dev.verhulst.service.inference.ModelVersion;
import dev.verhulst.service.metrics.ModelMetrics;
import dev.verhulst.service.repository.VersionPolicy;

/**
 * A version of a model in service: what it computes, the queue that its requests wait in, and what
 * counts them. Queue and counts begin with it: a model that is loaded anew gets new ones.
 *
 * @param model what it computes
 * @param batcher its queue; an alias shares that of the function itself
 * @param metrics what it has done; likewise
 * @param policy when its requests leave the queue
 * @param versions which of the model's versions are served
 * @param uses who computes with it at present
 */
public record ServedModel(
    Model model,
    Batcher batcher,
    ModelMetrics metrics,
    BatchingPolicy policy,
    VersionPolicy versions,
    UseCount uses) {

  /** What its queue and its metrics go by. */
  ModelVersion key() {
    return new ModelVersion(model.canonicalName(), model.version());
  }

  /** Whether it is another name for a function that has one of its own. */
  public boolean isAlias() {
    return !model.name().equals(model.canonicalName());
  }
}

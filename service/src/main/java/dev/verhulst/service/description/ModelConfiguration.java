package dev.verhulst.service.description;

import dev.verhulst.service.batching.BatchingPolicy;
import dev.verhulst.service.model.Model;
import dev.verhulst.service.model.ServedModel;
import dev.verhulst.service.model.TensorSignature;
import dev.verhulst.service.repository.VersionPolicy;
import java.util.List;

/**
 * How a model is configured, in the terms of the protocol's model configuration.
 *
 * @param name the name it was asked for by
 * @param versions which of its versions are served
 * @param maxBatchSize the largest first dimension; 0 where it is not limited, which in the protocol
 *     says that no dimension is a batch and shapes are given whole
 * @param inputs what it takes
 * @param outputs what it gives
 * @param onGpu whether it computes on a GPU at present
 * @param batching when its requests leave the queue
 */
public record ModelConfiguration(
    String name,
    VersionPolicy versions,
    int maxBatchSize,
    List<TensorSignature> inputs,
    List<TensorSignature> outputs,
    boolean onGpu,
    BatchingPolicy batching) {

  static ModelConfiguration of(ServedModel served, boolean onGpu) {
    Model model = served.model();
    BatchingPolicy batching = served.policy();
    int maxBatchSize =
        batching.maxBatchSize() == Long.MAX_VALUE
            ? 0
            : (int) Math.min(batching.maxBatchSize(), Integer.MAX_VALUE);
    return new ModelConfiguration(
        model.name(),
        served.versions(),
        maxBatchSize,
        model.inputs(),
        model.outputs(),
        onGpu,
        batching);
  }

  /**
   * The dimensions of a tensor as the configuration has them: without the batch dimension where
   * there is one. A tensor that has no other is declared as one element per batch item.
   */
  public List<Long> dimensions(TensorSignature tensor) {
    if (maxBatchSize == 0) {
      return tensor.shape();
    }
    return isReshaped(tensor) ? List.of(1L) : tensor.shape().subList(1, tensor.shape().size());
  }

  /** Whether the declared dimension of one element is not there in a request's shape. */
  public boolean isReshaped(TensorSignature tensor) {
    return maxBatchSize > 0 && tensor.shape().size() == 1;
  }
}

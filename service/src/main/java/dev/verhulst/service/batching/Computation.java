package dev.verhulst.service.batching;

import dev.verhulst.heads.head.LogisticHead;
import dev.verhulst.heads.head.LogisticTask;
import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.LossTask;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;

/**
 * What one request asks a device to compute. Computations whose {@link #key()} is equal may share a
 * launch.
 */
public sealed interface Computation {

  /**
   * What must be equal for two requests to share a launch: the function with its parameters, and
   * the type.
   */
  Object key();

  /** How many elements the input has: the size that batches are measured in. */
  long elements();

  /**
   * Whether requests that share a launch take much less time than one after the other, since a
   * launch reads much that belongs to none of them.
   */
  default boolean gainsFromCompany() {
    return false;
  }

  /** An activation of one tensor. */
  record OfActivation(Activation activation, DataType dataType, ActivationTask task)
      implements Computation {

    private record Key(Activation activation, DataType dataType) {}

    @Override
    public Object key() {
      return new Key(activation, dataType);
    }

    @Override
    public long elements() {
      return task.elements();
    }
  }

  /** The rows of one request for a head; those that share a launch share one product. */
  record OfHead(LogisticHead head, LogisticTask task) implements Computation {

    @Override
    public Object key() {
      return head;
    }

    @Override
    public long elements() {
      return task.rows() * head.features();
    }

    @Override
    public boolean gainsFromCompany() {
      return head.hasManyWeights();
    }
  }

  /** The loss of one tensor of logits. */
  record OfLoss(BinaryCrossEntropyWithLogits loss, DataType dataType, LossTask task)
      implements Computation {

    private record Key(BinaryCrossEntropyWithLogits loss, DataType dataType) {}

    @Override
    public Object key() {
      return new Key(loss, dataType);
    }

    @Override
    public long elements() {
      return task.elements();
    }
  }
}

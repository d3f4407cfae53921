package dev.verhulst.kernels;

import java.util.List;

/**
 * A head that is ready to compute on a device: logits X Wᵀ + b and probabilities σ(slope · logit +
 * shift), its weights where the device reads them at its full speed. The rows of all tasks of a
 * call share one product. Calls may come from many threads at once.
 */
public interface Head extends AutoCloseable {

  /**
   * Computes the head for every task.
   *
   * @throws IllegalArgumentException where a segment does not fit its rows, or is not native
   * @throws DeviceException where the device failed
   */
  void run(List<HeadTask> tasks);

  /** Frees the weights; no call may be under way. */
  @Override
  void close();
}

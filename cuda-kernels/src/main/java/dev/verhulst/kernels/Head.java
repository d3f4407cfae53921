package dev.verhulst.kernels;

import java.time.Duration;
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

  /**
   * Runs what the head runs on until it is fast, so that the first requests find it so.
   *
   * @param limit how long that may take; then it gets fast as requests use it
   */
  default void warmUp(Duration limit) {}

  /** Frees the weights; no call may be under way. */
  @Override
  void close();
}

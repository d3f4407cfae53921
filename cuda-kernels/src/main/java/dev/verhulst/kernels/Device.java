package dev.verhulst.kernels;

import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Something that computes: the CPU, or one or several GPUs. All tasks of a call share one launch
 * where the device can. Calls may come from many threads at once; each returns when its results are
 * written. The memory of a task is native (a heap segment is refused with an {@link
 * IllegalArgumentException}), and the caller keeps it alive until the call returns.
 */
public interface Device extends AutoCloseable {

  DeviceKind kind();

  /**
   * One line for people: what the device is and how it is used, e.g. {@code AMD EPYC, 2 threads,
   * 512-bit vectors}.
   */
  String description();

  /**
   * Allocates host memory that this device reads and writes at its full speed.
   *
   * @param byteSize the size in bytes; 0 is valid
   * @throws DeviceException where there is no such memory
   */
  HostBuffer allocate(long byteSize);

  /**
   * Computes an activation for every task: its value, its derivative, its gradient, as each task
   * asks.
   *
   * @throws IllegalArgumentException where a task's tensors do not fit together
   * @throws DeviceException where the device failed
   */
  void run(Activation activation, DataType dataType, List<ActivationTask> tasks);

  /**
   * Computes binary cross-entropy with logits, and its gradient where a task asks for it, for every
   * task.
   *
   * @throws IllegalArgumentException where a task's tensors do not fit together
   * @throws DeviceException where the device failed
   */
  void run(BinaryCrossEntropyWithLogits loss, DataType dataType, List<LossTask> tasks);

  /**
   * Prepares a head for this device, once for all calls; the caller closes it before the device.
   *
   * @param dataType of the features and the results: FP32 or FP64
   * @return null where this device computes no heads
   * @throws DeviceException where the device failed, or has no memory for the weights
   */
  default @Nullable Head head(HeadParameters parameters, DataType dataType) {
    return null;
  }

  /**
   * Measures what this device can only guess until then: for once, before it is compared with
   * others. It takes part of a second.
   *
   * @param nanoTime the clock, {@code System::nanoTime}
   * @throws DeviceException where the device failed
   */
  default void calibrate(LongSupplier nanoTime) {}

  /**
   * Whether calls can succeed at present. A GPU whose context an error has destroyed is lost: every
   * later call fails, unless whoever opened it brings it back.
   */
  default boolean isUsable() {
    return true;
  }

  /** How each of the GPUs stands that this device is made of. It may take milliseconds. */
  default List<GpuStatus> gpus() {
    return List.of();
  }

  /** Frees what the device holds. No buffer of it may be used afterwards. */
  @Override
  void close();
}

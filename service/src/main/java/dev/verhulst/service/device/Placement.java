package dev.verhulst.service.device;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.DeviceKind;

/**
 * Decides where an execution runs on a machine with a GPU: the bus costs more than the arithmetic
 * of many an element-wise function.
 */
@FunctionalInterface
interface Placement {

  /**
   * The device that is expected to be done first.
   *
   * @param function the name of the function
   * @param elements how many elements the execution has in all
   */
  DeviceKind place(String function, DataType dataType, long elements);

  /** Every execution of at least that many elements goes to the GPU. */
  static Placement gpuFrom(long elements) {
    return (function, dataType, size) -> size >= elements ? DeviceKind.CUDA : DeviceKind.CPU;
  }
}

package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.DataType;

/**
 * What the computations of a device share.
 *
 * @param pipeline the way to the device
 * @param modules its compiled kernels
 * @param launches how they are launched
 * @param options how the device is used
 */
record Kernels(Pipeline pipeline, KernelModules modules, Launches launches, CudaOptions options) {

  /** How many elements a tensor of a chunk can have, where a chunk has so many tensors. */
  long capacity(int tensors, DataType dataType) {
    return Staging.regionBytes(options.stagingBytes(), tensors) / dataType.byteSize();
  }

  /**
   * How many elements a chunk has at most: so many that every stream has its share of the whole,
   * but no fewer than are worth a launch, nor more than fit. It depends on nothing else, so that a
   * tensor is always cut in the same way.
   *
   * @param elements how many elements there are
   * @param capacity how many fit
   * @param unit what the answer is a multiple of; at most the capacity
   */
  long chunkElements(long elements, long capacity, long unit, DataType dataType) {
    long share = Math.ceilDiv(elements, (long) options.streams());
    long smallest = options.smallestChunkBytes() / dataType.byteSize();
    long wanted = GatherPlan.roundUp(Math.max(share, Math.max(smallest, 1)), unit);
    return Math.min(wanted, capacity / unit * unit);
  }
}

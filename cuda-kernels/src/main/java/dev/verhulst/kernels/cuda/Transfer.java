package dev.verhulst.kernels.cuda;

/**
 * How tensors get from host memory to a GPU and back. Only element-wise activations whose tensors
 * all lie in memory of {@link CudaDevice#allocate} can be mapped; all else is staged, whatever is
 * asked for.
 */
public enum Transfer {
  /** Whichever is faster for a call's size, as it was measured on the device. */
  AUTO,
  /** The kernel itself reads and writes page-locked host memory, over the bus: no copies. */
  MAPPED,
  /** Copied into memory of the GPU, computed there, and copied back. */
  STAGED
}

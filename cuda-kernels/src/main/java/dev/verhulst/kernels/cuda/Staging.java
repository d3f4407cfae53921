package dev.verhulst.kernels.cuda;

/**
 * Device memory that holds the tensors of one chunk, each in a region of its own.
 *
 * @param base its first byte, a multiple of {@link CudaOptions#ALIGNMENT}
 * @param byteSize how large it is
 */
record Staging(DeviceAddress base, long byteSize) {

  /** How many bytes each of so many regions of equal size has in so much memory. */
  static long regionBytes(long byteSize, int regions) {
    return byteSize / regions / CudaOptions.ALIGNMENT * CudaOptions.ALIGNMENT;
  }

  /** The first byte of one of so many regions of equal size. */
  DeviceAddress region(int index, int regions) {
    return base.plus(index * regionBytes(byteSize, regions));
  }
}

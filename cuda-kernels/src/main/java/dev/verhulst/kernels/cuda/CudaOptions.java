package dev.verhulst.kernels.cuda;

/**
 * How a GPU is used.
 *
 * @param streams how many calls, or chunks of one large call, are under way at once
 * @param stagingBytes how much device memory each stream has for the tensors of one chunk
 * @param smallestChunkBytes below how many bytes of input a call is not cut to overlap its copies
 *     with its computation
 * @param transfer how tensors get to the GPU and back
 * @param tf32 whether cuBLAS may round the factors of FP32 products to TF32, which has 10 bits of
 *     fraction
 */
public record CudaOptions(
    int streams, long stagingBytes, long smallestChunkBytes, Transfer transfer, boolean tf32) {

  /** All tensors start at multiples of this in the staging memory. */
  static final int ALIGNMENT = 256;

  private static final long MEBIBYTE = 1 << 20;

  /**
   * Four streams keep both directions of the bus and the GPU busy; a chunk takes tens of
   * microseconds on the bus, several times what its calls cost. Chosen by these figures, not yet
   * measured on a device.
   */
  public static final CudaOptions DEFAULT =
      new CudaOptions(4, 8 * MEBIBYTE, MEBIBYTE / 2, Transfer.AUTO, false);

  /** Room for the tensors of the hungriest kernel, a chunk of one alignment each. */
  private static final long SMALLEST_STAGING = 16L * ALIGNMENT;

  /**
   * @throws IllegalArgumentException where a number is out of its range
   */
  public CudaOptions {
    if (streams < 1 || streams > 64) {
      throw new IllegalArgumentException("expected 1 to 64 streams, got " + streams);
    }
    if (stagingBytes < SMALLEST_STAGING) {
      throw new IllegalArgumentException(
          "expected at least %d bytes of staging memory, got %d"
              .formatted(SMALLEST_STAGING, stagingBytes));
    }
    if (smallestChunkBytes < 1) {
      throw new IllegalArgumentException(
          "expected chunks of at least 1 byte, got " + smallestChunkBytes);
    }
  }

  /** These options with another way for tensors. */
  public CudaOptions withTransfer(Transfer transfer) {
    return new CudaOptions(streams, stagingBytes, smallestChunkBytes, transfer, tf32);
  }

  /** These options, with or without TF32. */
  CudaOptions withTf32(boolean allowed) {
    return new CudaOptions(streams, stagingBytes, smallestChunkBytes, transfer, allowed);
  }
}

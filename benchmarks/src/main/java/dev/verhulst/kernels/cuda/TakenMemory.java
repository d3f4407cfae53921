package dev.verhulst.kernels.cuda;

/** All the memory that a GPU had free, taken away from everybody until it is closed. */
public final class TakenMemory implements AutoCloseable {

  private static final long LARGEST = 1L << 30;
  private static final long SMALLEST = 1L << 16;

  private final Resources resources = new Resources();
  private long byteSize;

  /**
   * Takes it, in ever smaller pieces until none is left.
   *
   * @throws CudaException where the driver refuses for any other reason
   */
  public TakenMemory(GpuUnderTest gpu) {
    CudaContext context = gpu.context();
    resources.onClose(context::close);
    try {
      context.run(() -> takeAll(context));
    } catch (RuntimeException | Error e) {
      resources.closeAfter(e);
      throw e;
    }
  }

  private void takeAll(CudaContext context) {
    for (long piece = LARGEST; piece >= SMALLEST; ) {
      try {
        DeviceAddress address = CudaDriver.allocate(piece);
        resources.onClose(() -> context.release(() -> CudaDriver.free(address)));
        byteSize += piece;
      } catch (CudaException e) {
        if (!e.isOutOfMemory()) {
          throw e;
        }
        piece /= 2;
      }
    }
  }

  public long byteSize() {
    return byteSize;
  }

  @Override
  public void close() {
    resources.close();
  }
}

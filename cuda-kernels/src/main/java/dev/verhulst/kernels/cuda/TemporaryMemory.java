package dev.verhulst.kernels.cuda;

/** Device memory for one call that needs more than its streams have. */
final class TemporaryMemory implements AutoCloseable {

  private final StagedStream user;
  private final Staging staging;

  /**
   * @param user the stream that uses it
   */
  TemporaryMemory(StagedStream user, long byteSize) {
    this.user = user;
    staging = new Staging(CudaDriver.allocate(byteSize), byteSize);
  }

  Staging staging() {
    return staging;
  }

  /** Frees it when the stream is done with it. */
  @Override
  public void close() {
    try {
      user.synchronize();
    } finally {
      CudaDriver.free(staging.base());
    }
  }
}

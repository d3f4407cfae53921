package dev.verhulst.kernels.cuda;

/** Device memory for one call that needs more than its streams have. */
final class TemporaryMemory implements AutoCloseable {

  private final StreamPool.Loan users;
  private final Staging staging;

  /**
   * @param users the streams that use it
   */
  TemporaryMemory(StreamPool.Loan users, long byteSize) {
    this.users = users;
    staging = new Staging(CudaDriver.allocate(byteSize), byteSize);
  }

  Staging staging() {
    return staging;
  }

  /** Frees it when all streams are done with it. */
  @Override
  public void close() {
    try (Resources resources = new Resources()) {
      resources.onClose(() -> CudaDriver.free(staging.base()));
      resources.onClose(users::synchronize);
    }
  }
}

package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.DeviceException;

/**
 * A call of cuBLAS that failed. The message names the call, the status, its meaning and what to do.
 */
public final class CublasException extends DeviceException {

  private final String call;
  private final int code;

  CublasException(String call, int code) {
    super(message(call, code));
    this.call = call;
    this.code = code;
  }

  private static String message(String call, int code) {
    return CublasStatus.of(code)
        .map(
            status ->
                "%s failed with CUBLAS_STATUS_%s (%d): %s; %s"
                    .formatted(call, status, code, status.meaning(), status.advice()))
        .orElse(
            "%s failed with an unknown status (%d): NVIDIA's documentation of cublasStatus_t says what it means"
                .formatted(call, code));
  }

  /** The function that failed, e.g. {@code cublasCreate}. */
  public String call() {
    return call;
  }

  /** Whether memory ran out: a smaller call may succeed, and the device stays usable. */
  public boolean isOutOfMemory() {
    return code == CublasStatus.ALLOC_FAILED.code();
  }
}

package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.DeviceException;
import java.util.Optional;
import jcuda.driver.CUresult;

/**
 * A call of the CUDA driver that failed. The message names the call, the result, its meaning and
 * what to do.
 */
public final class CudaException extends DeviceException {

  private final String call;
  private final int code;

  CudaException(String call, int code) {
    super(message(call, code));
    this.call = call;
    this.code = code;
  }

  private static String message(String call, int code) {
    String failed = "%s failed with %s (%d)".formatted(call, resultName(code), code);
    return CudaResult.of(code)
        .map(result -> failed + ": " + result.meaning() + "; " + result.advice())
        .orElse(failed + ": NVIDIA's documentation of CUresult says what it means");
  }

  /** JCuda does not know the results that drivers newer than itself have. */
  private static String resultName(int code) {
    String name =
        CudaResult.of(code)
            .map(result -> "CUDA_ERROR_" + result.name())
            .orElseGet(() -> CUresult.stringFor(code));
    return name.startsWith("CUDA_ERROR") ? name : "an unknown result";
  }

  /** The driver's function that failed, e.g. {@code cuMemAlloc}. */
  public String call() {
    return call;
  }

  /** The name of the result, e.g. {@code CUDA_ERROR_OUT_OF_MEMORY}. */
  public String resultName() {
    return resultName(code);
  }

  /** Whether memory ran out: a smaller call may succeed, and the device stays usable. */
  public boolean isOutOfMemory() {
    return code == CudaResult.OUT_OF_MEMORY.code();
  }

  /** Whether the device is lost to this process: every later call would fail too. */
  public boolean isSticky() {
    return result().map(CudaResult::sticky).orElse(false);
  }

  Optional<CudaResult> result() {
    return CudaResult.of(code);
  }
}

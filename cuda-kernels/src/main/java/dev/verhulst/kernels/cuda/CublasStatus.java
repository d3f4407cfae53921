package dev.verhulst.kernels.cuda;

import java.util.Arrays;
import java.util.Optional;

/**
 * What a status of cuBLAS means, and what to do about it, in the words of NVIDIA's documentation of
 * {@code cublasStatus_t}.
 */
enum CublasStatus {
  NOT_INITIALIZED(
      1,
      "cuBLAS could not start",
      "look at nvidia-smi: the GPU's memory may be full, or the driver older than cuBLAS"),
  ALLOC_FAILED(
      3,
      "there is not enough memory left on the GPU",
      "free memory on the GPU (nvidia-smi says who uses it)"),
  INVALID_VALUE(7, "an argument is out of range", "this is a bug in Verhulst, please report it"),
  ARCH_MISMATCH(8, "cuBLAS does not support the GPU", "install another cuBLAS 12"),
  MAPPING_ERROR(11, "the GPU's memory could not be mapped", "look at nvidia-smi"),
  EXECUTION_FAILED(
      13, "the GPU failed to compute a product", "look at nvidia-smi -q, and restart the process"),
  INTERNAL_ERROR(14, "cuBLAS does not know what failed", "look at nvidia-smi -q"),
  NOT_SUPPORTED(15, "cuBLAS does not support this", "install another cuBLAS 12");

  private final int code;
  private final String meaning;
  private final String advice;

  CublasStatus(int code, String meaning, String advice) {
    this.code = code;
    this.meaning = meaning;
    this.advice = advice;
  }

  static Optional<CublasStatus> of(int code) {
    return Arrays.stream(values()).filter(status -> status.code == code).findAny();
  }

  int code() {
    return code;
  }

  /** What it means, as a clause. */
  String meaning() {
    return meaning;
  }

  /** What to do, in the imperative. */
  String advice() {
    return advice;
  }
}

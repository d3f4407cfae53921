package dev.verhulst.kernels.cuda;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a result code of the CUDA driver means, and what to do about it. The codes that this backend
 * can meet stand here, in the words of NVIDIA's documentation of {@code CUresult}; any other is
 * reported by its name alone.
 */
enum CudaResult {
  INVALID_VALUE(1, "an argument is out of range", Advice.BUG),
  OUT_OF_MEMORY(2, "there is not enough memory left", Advice.FREE_MEMORY),
  NOT_INITIALIZED(3, "the driver has not been initialised", Advice.BUG),
  DEINITIALIZED(4, "the driver is shutting down", Advice.RESTART, true),
  STUB_LIBRARY(
      34,
      "libcuda.so.1 is the stub that the CUDA toolkit links against, not a driver",
      "take the directory of the stub off LD_LIBRARY_PATH"),
  DEVICE_UNAVAILABLE(
      46,
      "the GPU is busy or reserved for another process",
      "look at its compute mode in nvidia-smi"),
  NO_DEVICE(
      100,
      "the driver sees no GPU",
      "look at nvidia-smi, at CUDA_VISIBLE_DEVICES, and at whether the container was given a GPU"),
  INVALID_DEVICE(101, "there is no GPU of this number, or it cannot be used", "look at nvidia-smi"),
  DEVICE_NOT_LICENSED(102, "the virtual GPU has no licence", "renew the licence"),
  INVALID_IMAGE(200, "the module is not PTX", Advice.BUG),
  INVALID_CONTEXT(201, "no context, or one that is gone, is current", Advice.BUG),
  NO_BINARY_FOR_GPU(
      209, "the GPU is older than the kernels", "use a GPU of compute capability 7.5 or higher"),
  ECC_UNCORRECTABLE(214, "the GPU's memory has an error", Advice.REPAIR, true),
  INVALID_PTX(218, "the driver rejects the PTX", Advice.NEWER_DRIVER),
  NVLINK_UNCORRECTABLE(220, "the link between GPUs has an error", Advice.REPAIR, true),
  JIT_COMPILER_NOT_FOUND(
      221,
      "the driver's compiler of PTX is missing",
      "install libnvidia-ptxjitcompiler.so.1, of the same version as the driver"),
  UNSUPPORTED_PTX_VERSION(222, "the driver is older than the PTX", Advice.NEWER_DRIVER),
  JIT_COMPILATION_DISABLED(
      223, "the compiler of PTX is switched off", "unset CUDA_DISABLE_PTX_JIT"),
  CONTAINED(226, "the GPU's hardware has an error that it contained", Advice.REPAIR, true),
  OPERATING_SYSTEM(304, "a call of the operating system failed", "look at dmesg"),
  INVALID_HANDLE(400, "a handle is not valid", Advice.BUG),
  NOT_FOUND(500, "the module has no entry of this name", Advice.BUG),
  ILLEGAL_ADDRESS(700, "a kernel touched memory that is not its own", Advice.RESTART, true),
  LAUNCH_OUT_OF_RESOURCES(701, "the GPU has too few registers for the launch", Advice.BUG),
  LAUNCH_TIMEOUT(
      702,
      "a kernel ran longer than the GPU allows while it drives a display",
      "restart the process, on a GPU without a display",
      true),
  CONTEXT_IS_DESTROYED(709, "the context is gone", Advice.RESTART, true),
  ASSERT(710, "an assertion failed in a kernel", Advice.RESTART, true),
  HARDWARE_STACK_ERROR(714, "the GPU's call stack is broken", Advice.RESTART, true),
  ILLEGAL_INSTRUCTION(
      715, "the GPU met an instruction that it does not know", Advice.RESTART, true),
  MISALIGNED_ADDRESS(716, "a kernel touched a misaligned address", Advice.RESTART, true),
  INVALID_ADDRESS_SPACE(717, "a kernel mixed up address spaces", Advice.RESTART, true),
  INVALID_PC(718, "the GPU's program counter is wrong", Advice.RESTART, true),
  LAUNCH_FAILED(719, "a kernel failed", Advice.RESTART, true),
  TENSOR_MEMORY_LEAK(721, "a kernel ended without its tensor memory", Advice.RESTART, true),
  NOT_PERMITTED(800, "the operation is not permitted", "look at the rights of the process"),
  NOT_SUPPORTED(801, "the GPU or the system does not support this", Advice.NEWER_DRIVER),
  SYSTEM_NOT_READY(
      802, "the system's CUDA services have not started", "start nvidia-fabricmanager"),
  SYSTEM_DRIVER_MISMATCH(
      803,
      "the driver's library and its kernel module are of different versions",
      "restart the machine, or the container with the host's driver"),
  COMPAT_NOT_SUPPORTED_ON_DEVICE(
      804,
      "CUDA's compatibility library does not support this GPU",
      "take the directory of the compatibility library off LD_LIBRARY_PATH"),
  MPS_CLIENT_TERMINATED(
      810, "the Multi-Process Service has ended this process's context", Advice.RESTART, true),
  UNKNOWN(999, "the driver does not know what failed", "look at dmesg, then restart", true);

  private static final Map<Integer, CudaResult> BY_CODE =
      Arrays.stream(values()).collect(Collectors.toMap(CudaResult::code, Function.identity()));

  private final int code;
  private final String meaning;
  private final String advice;
  private final boolean sticky;

  CudaResult(int code, String meaning, String advice) {
    this(code, meaning, advice, false);
  }

  CudaResult(int code, String meaning, String advice, boolean sticky) {
    this.code = code;
    this.meaning = meaning;
    this.advice = advice;
    this.sticky = sticky;
  }

  static Optional<CudaResult> of(int code) {
    return Optional.ofNullable(BY_CODE.get(code));
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

  /** Whether it kills the context: every later call fails too, until the process is restarted. */
  boolean sticky() {
    return sticky;
  }

  private static final class Advice {
    static final String BUG = "this is a bug in Verhulst, please report it";
    static final String FREE_MEMORY =
        "free memory on the GPU (nvidia-smi says who uses it), or page-locked memory on the host";
    static final String NEWER_DRIVER = "install a newer NVIDIA driver";
    static final String REPAIR = "look at nvidia-smi -q, and restart the process";
    static final String RESTART = "restart the process";

    private Advice() {}
  }
}

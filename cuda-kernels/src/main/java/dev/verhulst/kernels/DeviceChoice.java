package dev.verhulst.kernels;

/** Which device is asked for. */
public enum DeviceChoice {
  /** The GPU where it works, otherwise the CPU. */
  AUTO,
  /** The CPU, whatever else there is. */
  CPU,
  /** The GPU, or nothing: a choice that cannot be had is an error. */
  CUDA
}

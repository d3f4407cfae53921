package dev.verhulst.kernels;

/** The kinds of device that the kernels run on. */
public enum DeviceKind {
  CPU,
  CUDA
}

package dev.verhulst.service.device;

import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.cpu.CpuDevice;

/** The device that jobs compute on, beside requests: the CPU, on the threads that call it. */
public final class JobDevice {

  private JobDevice() {}

  /** Opens it; whoever does so closes it. */
  public static Device open() {
    return new CpuDevice(1);
  }
}

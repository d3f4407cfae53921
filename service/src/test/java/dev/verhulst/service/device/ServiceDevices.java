package dev.verhulst.service.device;

import dev.verhulst.kernels.Device;

/** Lets tests of other packages compute on a device of their own. */
public final class ServiceDevices {

  private ServiceDevices() {}

  public static ServiceDevice onCpu(Device cpu) {
    return ServiceDevice.onCpu(cpu);
  }
}

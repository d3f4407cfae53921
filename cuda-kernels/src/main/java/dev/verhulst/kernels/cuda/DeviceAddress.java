package dev.verhulst.kernels.cuda;

import jcuda.driver.CUdeviceptr;

/** An address of device memory, as JCuda takes it. */
final class DeviceAddress extends CUdeviceptr {

  /** Nowhere yet: for a call that allocates. */
  DeviceAddress() {}

  private DeviceAddress(DeviceAddress base, long offset) {
    super(base, offset);
  }

  DeviceAddress plus(long offset) {
    return new DeviceAddress(this, offset);
  }

  /** The address as a kernel's parameter. */
  long address() {
    return getNativePointer() + getByteOffset();
  }
}

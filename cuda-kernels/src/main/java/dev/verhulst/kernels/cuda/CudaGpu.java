package dev.verhulst.kernels.cuda;

import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_CAN_USE_HOST_POINTER_FOR_REGISTERED_MEM;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_UNIFIED_ADDRESSING;

import java.util.Optional;
import jcuda.driver.CUdevice;

/**
 * What the driver says of a GPU.
 *
 * @param ordinal its number, from 0
 * @param device its handle
 * @param name its name, e.g. {@code NVIDIA H100 PCIe}
 * @param computeCapability what its instructions are, e.g. 90 for 9.0
 * @param multiprocessors how many multiprocessors it has
 * @param memoryBytes how much memory it has
 */
record CudaGpu(
    int ordinal,
    CUdevice device,
    String name,
    int computeCapability,
    int multiprocessors,
    long memoryBytes) {

  /** Asks the driver. {@link NativeLibrary#DRIVER} has been loaded. */
  static CudaGpu of(int ordinal) {
    CudaDriver.initialise();
    CUdevice device = CudaDriver.device(ordinal);
    int major = CudaDriver.deviceAttribute(device, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR);
    int minor = CudaDriver.deviceAttribute(device, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
    return new CudaGpu(
        ordinal,
        device,
        CudaDriver.deviceName(device),
        10 * major + minor,
        CudaDriver.deviceAttribute(device, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT),
        CudaDriver.deviceMemory(device));
  }

  /** Where it is on the bus; empty where the driver does not say. */
  Optional<String> busId() {
    try {
      return Optional.of(CudaDriver.busId(device));
    } catch (CudaException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether page-locked host memory, however it was page-locked, has the same address in a kernel:
   * so it is with unified addressing, on every GPU of 64-bit Linux.
   */
  boolean sharesHostAddresses() {
    return CudaDriver.deviceAttribute(device, CU_DEVICE_ATTRIBUTE_UNIFIED_ADDRESSING) != 0
        && CudaDriver.deviceAttribute(
                device, CU_DEVICE_ATTRIBUTE_CAN_USE_HOST_POINTER_FOR_REGISTERED_MEM)
            != 0;
  }

  /** One line for people. */
  String description() {
    return "%s (CUDA device %d, compute capability %d.%d, %d multiprocessors, %d GiB)"
        .formatted(
            name,
            ordinal,
            computeCapability / 10,
            computeCapability % 10,
            multiprocessors,
            Math.round(memoryBytes / (double) (1L << 30)));
  }
}

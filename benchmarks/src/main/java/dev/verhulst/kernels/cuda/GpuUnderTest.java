package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.DeviceDetection;
import java.util.List;
import jcuda.driver.CUdevice_attribute;

/**
 * The GPU that the rig verifies: a door into this package, where devices are opened with options
 * and with PTX of one's choice.
 */
public final class GpuUnderTest {

  /**
   * A way from host memory to host memory, with a name for the table. A new one is a line in {@link
   * #paths}.
   */
  public record HostPath(String name, CudaOptions options) {}

  private final CudaGpu gpu;
  private final int driverVersion;

  private GpuUnderTest(CudaGpu gpu, int driverVersion) {
    this.gpu = gpu;
    this.driverVersion = driverVersion;
  }

  /**
   * Looks for the first GPU, as the service does.
   *
   * @throws IllegalStateException where there is none that works; the message says why
   */
  public static GpuUnderTest find() {
    switch (CudaDetection.detect(List.of(0))) {
      case DeviceDetection.Available(Device device) -> device.close();
      case DeviceDetection.Unavailable(String reason) ->
          throw new IllegalStateException("there is no GPU to verify: " + reason);
    }
    try {
      return new GpuUnderTest(CudaGpu.of(0), DriverProbe.ask().driverVersion());
    } catch (DriverLibrary.NoDriverException e) {
      throw new IllegalStateException("this is a bug: the driver is gone", e);
    }
  }

  /** Every way there is, the default one first. */
  public static List<HostPath> paths() {
    return List.of(
        new HostPath("automatic", CudaOptions.DEFAULT),
        new HostPath("chunked copies", CudaOptions.DEFAULT.withTransfer(Transfer.STAGED)),
        new HostPath("mapped", CudaOptions.DEFAULT.withTransfer(Transfer.MAPPED)));
  }

  public String name() {
    return gpu.name();
  }

  /** E.g. 90 for 9.0. */
  public int computeCapability() {
    return gpu.computeCapability();
  }

  /** The newest CUDA version that the driver supports, e.g. 13000 for 13.0. */
  public int driverVersion() {
    return driverVersion;
  }

  public int multiprocessors() {
    return gpu.multiprocessors();
  }

  /** The highest clock of the multiprocessors, in kHz; 0 where the driver does not say it. */
  public int clockKilohertz() {
    return CudaDriver.deviceAttribute(
        gpu.device(), CUdevice_attribute.CU_DEVICE_ATTRIBUTE_CLOCK_RATE);
  }

  public long memoryBytes() {
    return gpu.memoryBytes();
  }

  /** Opens it as the service does; the caller closes it. */
  public Device open() {
    return open(paths().getFirst());
  }

  /** Opens it for one of the {@link #paths}; the caller closes it. */
  public Device open(HostPath path) {
    return CudaDevice.open(gpu, path.options());
  }

  /**
   * Opens it with the kernels for older GPUs, which every newer one can run; the caller closes it.
   *
   * @param computeCapability which GPUs' kernels to take, e.g. 75
   * @param transfer how tensors get to the GPU
   */
  public Device openWithKernelsFor(int computeCapability, Transfer transfer) {
    CudaGpu older =
        new CudaGpu(
            gpu.ordinal(),
            gpu.device(),
            gpu.name(),
            computeCapability,
            gpu.multiprocessors(),
            gpu.memoryBytes());
    return CudaDevice.open(older, CudaOptions.DEFAULT.withTransfer(transfer));
  }

  /**
   * How many launches the calls of a device have taken so far.
   *
   * @param device one that was opened here
   */
  public static long launches(Device device) {
    return ((CudaDevice) device).launches();
  }

  /** Whether kernels can read and write page-locked host memory where it lies. */
  public boolean mapsHostMemory() {
    return gpu.sharesHostAddresses();
  }

  CudaContext context() {
    return new CudaContext(gpu.device(), gpu.ordinal(), 1);
  }

  CudaGpu gpu() {
    return gpu;
  }
}

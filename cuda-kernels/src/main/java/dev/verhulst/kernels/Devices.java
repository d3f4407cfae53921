package dev.verhulst.kernels;

import dev.verhulst.kernels.cpu.CpuDevice;
import dev.verhulst.kernels.cuda.CudaDetection;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The devices of this machine, and the one place where one of them is chosen. */
public final class Devices {

  private static final Logger LOG = LoggerFactory.getLogger(Devices.class);

  private final Supplier<Device> cpu;
  private final Supplier<DeviceDetection> cuda;

  Devices(Supplier<Device> cpu, Supplier<DeviceDetection> cuda) {
    this.cpu = cpu;
    this.cuda = cuda;
  }

  /** The CPU, and all GPUs that the driver sees. */
  public static Devices ofThisMachine() {
    return ofThisMachine(List.of(), false);
  }

  /**
   * The CPU, and some of the GPUs.
   *
   * @param cudaOrdinals which GPUs, as CUDA numbers them, from 0; none for all
   * @param tf32 whether a GPU may round the factors of a head's FP32 product to TF32, which has 10
   *     bits of fraction
   */
  public static Devices ofThisMachine(List<Integer> cudaOrdinals, boolean tf32) {
    return new Devices(CpuDevice::new, () -> CudaDetection.detect(cudaOrdinals, tf32));
  }

  /** Opens the CPU, on all its processors; the caller closes it. */
  public Device cpu() {
    return cpu.get();
  }

  /** Looks for GPUs and opens them, or says why there is none; the caller closes them. */
  public DeviceDetection cuda() {
    return cuda.get();
  }

  /**
   * Opens the device that was asked for, and logs in one sentence which it is and why.
   *
   * @throws DeviceUnavailableException where the GPU was asked for and cannot be had
   */
  public DeviceSelection select(DeviceChoice choice) {
    DeviceSelection selection =
        switch (choice) {
          case CPU -> new DeviceSelection(cpu(), "as was asked for");
          case CUDA -> forced(cuda());
          case AUTO -> best(cuda());
        };
    LOG.info("Computing on {}: {}", selection.device().description(), selection.reason());
    return selection;
  }

  private DeviceSelection forced(DeviceDetection detection) {
    return switch (detection) {
      case DeviceDetection.Available(Device gpu) -> new DeviceSelection(gpu, "as was asked for");
      case DeviceDetection.Unavailable(String reason) ->
          throw new DeviceUnavailableException(
              "CUDA was asked for and is not available: " + reason);
    };
  }

  private DeviceSelection best(DeviceDetection detection) {
    return switch (detection) {
      case DeviceDetection.Available(Device gpu) -> new DeviceSelection(gpu, "a GPU that works");
      case DeviceDetection.Unavailable(String reason) ->
          new DeviceSelection(cpu(), "CUDA is not available, because " + reason);
    };
  }
}

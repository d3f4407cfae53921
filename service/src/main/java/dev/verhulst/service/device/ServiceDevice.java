package dev.verhulst.service.device;

import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.DeviceKind;
import dev.verhulst.kernels.DeviceSelection;
import dev.verhulst.kernels.Devices;
import dev.verhulst.kernels.GpuStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The device that the service computes on: the CPU, or GPUs with the CPU beside them. */
public final class ServiceDevice implements AutoCloseable {

  /** How many executions keep a GPU busy: one each for its streams. */
  private static final int PER_GPU = 4;

  private final Device device;
  private final Device cpu;
  private final @Nullable Device gpu;
  private final @Nullable MeasuredPlacement measuredPlacement;

  private ServiceDevice(
      Device device,
      Device cpu,
      @Nullable Device gpu,
      @Nullable MeasuredPlacement measuredPlacement) {
    this.device = device;
    this.cpu = cpu;
    this.gpu = gpu;
    this.measuredPlacement = measuredPlacement;
  }

  /**
   * Opens the device that the settings ask for.
   *
   * @throws dev.verhulst.kernels.DeviceUnavailableException where it cannot be had
   */
  public static ServiceDevice open(DeviceProperties properties, Devices devices) {
    DeviceSelection selection = devices.select(properties.device());
    return switch (selection.device().kind()) {
      case CPU -> onCpu(selection.device());
      case CUDA ->
          onGpu(selection.device(), devices.cpu(), properties.placement().gpuFromElements());
    };
  }

  static ServiceDevice onCpu(Device cpu) {
    return new ServiceDevice(cpu, cpu, null, null);
  }

  /**
   * @param gpuFromElements from how many elements on an execution goes to the GPU; null to measure
   */
  static ServiceDevice onGpu(Device gpu, Device cpu, @Nullable Long gpuFromElements) {
    if (gpuFromElements == null) {
      MeasuredPlacement measured = new MeasuredPlacement();
      return new ServiceDevice(new GpuWithFallback(gpu, cpu, measured), cpu, gpu, measured);
    }
    Placement configured = Placement.gpuFrom(gpuFromElements);
    return new ServiceDevice(new GpuWithFallback(gpu, cpu, configured), cpu, gpu, null);
  }

  /** What requests are computed on. */
  public Device device() {
    return device;
  }

  /** How many executions of one model it takes at once, by default. */
  public int concurrency() {
    return switch (device.kind()) {
      case CPU -> Runtime.getRuntime().availableProcessors();
      case CUDA -> PER_GPU * Math.max(gpus().size(), 1);
    };
  }

  /** Whether a GPU is lost or left out, and others or the CPU stand in for it. */
  public boolean isDegraded() {
    return !device.isUsable() || gpus().stream().anyMatch(gpu -> !gpu.usable());
  }

  /** The kind of device that computes at present. */
  public DeviceKind kind() {
    return device.kind();
  }

  /** How each of the GPUs stands; none where the CPU computes alone. */
  public List<GpuStatus> gpus() {
    return device.gpus();
  }

  Device cpu() {
    return cpu;
  }

  @Nullable Device gpu() {
    return gpu;
  }

  @Nullable MeasuredPlacement measuredPlacement() {
    return measuredPlacement;
  }

  @Override
  public void close() {
    device.close();
  }
}

package dev.verhulst.service.device;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.DeviceException;
import dev.verhulst.kernels.DeviceKind;
import dev.verhulst.kernels.GpuStatus;
import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.kernels.LossTask;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.inference.Rejection;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * GPUs and the CPU beside them. Each execution goes where it is done first; one that a GPU fails
 * runs on the CPU instead, and while every GPU is lost, all of them do. An execution that failed in
 * place may have lost its input: it is turned away, to be sent again.
 */
final class GpuWithFallback implements Device {

  private static final Logger LOG = LoggerFactory.getLogger(GpuWithFallback.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final Device gpu;
  private final Device cpu;
  private final Placement placement;

  GpuWithFallback(Device gpu, Device cpu, Placement placement) {
    this.gpu = gpu;
    this.cpu = cpu;
    this.placement = placement;
  }

  /** The kind of device that large executions go to at present. */
  @Override
  public DeviceKind kind() {
    return gpu.isUsable() ? DeviceKind.CUDA : DeviceKind.CPU;
  }

  @Override
  public String description() {
    return gpu.isUsable()
        ? gpu.description()
        : "%s (degraded: %s)".formatted(cpu.description(), gpu.description());
  }

  /** False while every GPU is lost and the CPU computes everything. */
  @Override
  public boolean isUsable() {
    return gpu.isUsable();
  }

  @Override
  public List<GpuStatus> gpus() {
    return gpu.gpus();
  }

  /** Memory of the GPUs, also while they are lost: the CPU reads it at full speed too. */
  @Override
  public HostBuffer allocate(long byteSize) {
    return gpu.allocate(byteSize);
  }

  @Override
  public void run(Activation activation, DataType dataType, List<ActivationTask> tasks) {
    long elements = 0;
    boolean inPlace = false;
    for (ActivationTask task : tasks) {
      elements += task.elements();
      inPlace |= isInPlace(task);
    }
    run(
        activation.name(),
        dataType,
        elements,
        inPlace,
        device -> device.run(activation, dataType, tasks));
  }

  @Override
  public void run(BinaryCrossEntropyWithLogits loss, DataType dataType, List<LossTask> tasks) {
    long elements = 0;
    for (LossTask task : tasks) {
      elements += task.elements();
    }
    run(
        BinaryCrossEntropyWithLogits.NAME,
        dataType,
        elements,
        false,
        device -> device.run(loss, dataType, tasks));
  }

  @Override
  public void close() {
    try {
      gpu.close();
    } finally {
      cpu.close();
    }
  }

  private static boolean isInPlace(ActivationTask task) {
    return Stream.of(task.y(), task.dyDx(), task.gradX())
        .anyMatch(output -> output != null && output.address() == task.x().address());
  }

  private interface Execution {
    void on(Device device);
  }

  private void run(
      String function, DataType dataType, long elements, boolean inPlace, Execution execution) {
    if (!gpu.isUsable() || placement.place(function, dataType, elements) == DeviceKind.CPU) {
      execution.on(cpu);
      return;
    }
    try {
      execution.on(gpu);
    } catch (DeviceException e) {
      LOG.warn("A GPU failed an execution of {} elements: {}", elements, e.getMessage());
      if (inPlace) {
        throw InferenceException.unavailable(
            Rejection.DEVICE_FAILED,
            "the GPU failed while it computed model '" + function + "'; try again",
            RETRY_AFTER);
      }
      execution.on(cpu);
    }
  }
}

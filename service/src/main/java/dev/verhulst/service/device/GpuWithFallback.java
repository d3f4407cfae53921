package dev.verhulst.service.device;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.DeviceException;
import dev.verhulst.kernels.DeviceKind;
import dev.verhulst.kernels.GpuStatus;
import dev.verhulst.kernels.Head;
import dev.verhulst.kernels.HeadParameters;
import dev.verhulst.kernels.HeadTask;
import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.kernels.LossTask;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.inference.Rejection;
import dev.verhulst.service.threads.EventLoopThread;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * GPUs and the CPU beside them. Each execution goes where it is done first; one that a GPU fails
 * runs on the CPU instead, and while every GPU is lost, all of them do. An execution that failed in
 * place may have lost its input: it is turned away, to be sent again.
 */
final class GpuWithFallback implements Device {

  private static final Logger LOG = LoggerFactory.getLogger(GpuWithFallback.class);

  /** What heads are called where a {@link Placement} is asked. */
  private static final String HEAD = "logistic_head";

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
      inPlace |= task.isInPlace();
    }
    run(
        activation.name(),
        dataType,
        elements,
        inPlace,
        () -> gpu.run(activation, dataType, tasks),
        () -> cpu.run(activation, dataType, tasks));
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
        () -> gpu.run(loss, dataType, tasks),
        () -> cpu.run(loss, dataType, tasks));
  }

  /**
   * A head on both. Where the GPU computes none, or has no memory for it, the CPU computes all of
   * it.
   */
  @Override
  public @Nullable Head head(HeadParameters parameters, DataType dataType) {
    Head onCpu = cpu.head(parameters, dataType);
    if (onCpu == null) {
      return null;
    }
    Head onGpu = headOnGpu(parameters, dataType);
    return onGpu == null ? onCpu : new HeadOnBoth(onGpu, onCpu, parameters, dataType);
  }

  private @Nullable Head headOnGpu(HeadParameters parameters, DataType dataType) {
    String why;
    try {
      Head onGpu = gpu.head(parameters, dataType);
      if (onGpu != null) {
        return onGpu;
      }
      why = "this GPU computes no heads";
    } catch (DeviceException e) {
      why = String.valueOf(e.getMessage());
    }
    LOG.info(
        "The CPU computes the head of {} features and {} labels: {}",
        parameters.features(),
        parameters.labels(),
        why);
    return null;
  }

  /** A head that goes where it is done first, and to the CPU where the GPU fails it. */
  private final class HeadOnBoth implements Head {

    private final Head onGpu;
    private final Head onCpu;
    private final int features;
    private final long weights;
    private final DataType dataType;

    HeadOnBoth(Head onGpu, Head onCpu, HeadParameters parameters, DataType dataType) {
      this.onGpu = onGpu;
      this.onCpu = onCpu;
      this.features = parameters.features();
      this.weights = (long) parameters.features() * parameters.labels();
      this.dataType = dataType;
    }

    @Override
    public void run(List<HeadTask> tasks) {
      // The CPU reads the weights again for each execution; they count as its input does.
      long elements = weights;
      for (HeadTask task : tasks) {
        elements += task.rows() * features;
      }
      GpuWithFallback.this.run(
          HEAD, dataType, elements, false, () -> onGpu.run(tasks), () -> onCpu.run(tasks));
    }

    @Override
    public void warmUp(Duration limit) {
      onCpu.warmUp(limit);
      try {
        onGpu.warmUp(limit);
      } catch (DeviceException e) {
        LOG.warn("A GPU failed the warm-up of a head: {}", e.getMessage());
      }
    }

    @Override
    public void close() {
      try {
        onGpu.close();
      } finally {
        onCpu.close();
      }
    }
  }

  @Override
  public void close() {
    try {
      gpu.close();
    } finally {
      cpu.close();
    }
  }

  private void run(
      String function,
      DataType dataType,
      long elements,
      boolean inPlace,
      Runnable onGpu,
      Runnable onCpu) {
    if (!gpu.isUsable() || placement.place(function, dataType, elements) == DeviceKind.CPU) {
      onCpu.run();
      return;
    }
    EventLoopThread.leaveLoop();
    try {
      onGpu.run();
    } catch (DeviceException e) {
      LOG.warn("A GPU failed an execution of {} elements: {}", elements, e.getMessage());
      if (inPlace) {
        throw InferenceException.unavailable(
            Rejection.DEVICE_FAILED,
            "the GPU failed while it computed model '" + function + "'; try again",
            RETRY_AFTER);
      }
      onCpu.run();
    }
  }
}

package dev.verhulst.service.device;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.DeviceException;
import dev.verhulst.kernels.DeviceKind;
import dev.verhulst.kernels.Head;
import dev.verhulst.kernels.HeadParameters;
import dev.verhulst.kernels.HeadTask;
import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.kernels.LossTask;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.inference.Rejection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A GPU and the CPU beside it. Each execution goes where it is done first; one that the GPU fails
 * runs on the CPU instead, and once the GPU is lost to the process, all of them do. An execution
 * that failed in place may have lost its input: it is turned away, to be sent again.
 */
final class GpuWithFallback implements Device {

  private static final Logger LOG = LoggerFactory.getLogger(GpuWithFallback.class);

  /** What heads are called where a {@link Placement} is asked. */
  private static final String HEAD = "logistic_head";

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final Device gpu;
  private final Device cpu;
  private final Placement placement;
  private final AtomicBoolean lost = new AtomicBoolean();

  GpuWithFallback(Device gpu, Device cpu, Placement placement) {
    this.gpu = gpu;
    this.cpu = cpu;
    this.placement = placement;
  }

  /** The kind of device that large executions go to at present. */
  @Override
  public DeviceKind kind() {
    return lost.get() ? DeviceKind.CPU : DeviceKind.CUDA;
  }

  @Override
  public String description() {
    return lost.get()
        ? cpu.description() + " (degraded: the GPU failed; restart to use it again)"
        : gpu.description();
  }

  /** False once the GPU is lost and the CPU computes everything. */
  @Override
  public boolean isUsable() {
    return !lost.get();
  }

  /** Page-locked memory of the GPU, which the CPU reads at full speed too, while there is a GPU. */
  @Override
  public HostBuffer allocate(long byteSize) {
    if (lost.get()) {
      return cpu.allocate(byteSize);
    }
    try {
      return gpu.allocate(byteSize);
    } catch (DeviceException e) {
      if (gpu.isUsable()) {
        throw e;
      }
      noteFailure(e);
      return cpu.allocate(byteSize);
    }
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
    if (onCpu == null || lost.get()) {
      return onCpu;
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
        noteFailure(e);
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

  private static boolean isInPlace(ActivationTask task) {
    return Stream.of(task.y(), task.dyDx(), task.gradX())
        .anyMatch(output -> output != null && output.address() == task.x().address());
  }

  private void run(
      String function,
      DataType dataType,
      long elements,
      boolean inPlace,
      Runnable onGpu,
      Runnable onCpu) {
    if (lost.get() || placement.place(function, dataType, elements) == DeviceKind.CPU) {
      onCpu.run();
      return;
    }
    try {
      onGpu.run();
    } catch (DeviceException e) {
      noteFailure(e);
      if (inPlace) {
        throw InferenceException.unavailable(
            Rejection.DEVICE_FAILED,
            "the GPU failed while it computed model '" + function + "'; try again",
            RETRY_AFTER);
      }
      onCpu.run();
    }
  }

  private void noteFailure(DeviceException failure) {
    if (gpu.isUsable()) {
      LOG.warn("The GPU failed an execution, the CPU takes it over: {}", failure.getMessage());
    } else if (lost.compareAndSet(false, true)) {
      LOG.error(
          "The GPU is lost to this process, the CPU computes everything from now on: {}",
          failure.getMessage());
    }
  }
}

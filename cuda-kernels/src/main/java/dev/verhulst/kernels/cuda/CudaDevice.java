package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.DeviceKind;
import dev.verhulst.kernels.DeviceReadings;
import dev.verhulst.kernels.Head;
import dev.verhulst.kernels.HeadParameters;
import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.kernels.LossTask;
import dev.verhulst.kernels.TaskValidation;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.activation.ElementwiseActivation;
import dev.verhulst.kernels.activation.PRelu;
import dev.verhulst.kernels.activation.Softmax;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One NVIDIA GPU. Tensors are copied over the bus into the staging memory of one of several
 * streams, computed there, and copied back; a large tensor is cut, so that copies in both
 * directions and computation overlap. Any native memory will do; that of {@link #allocate} is
 * page-locked and the fastest.
 *
 * <p>Checked on the host, against a driver that runs the same CUDA sources as C++; not yet run on a
 * device.
 */
public final class CudaDevice implements Device {

  /** Tensors that can share launches: they ask for the same outputs, in rows of one length. */
  private record Group(List<Pass> passes, long columns) {}

  private final CudaContext context;
  private final PageLockedMemory pageLocked;
  private final Kernels kernels;
  private final CudaHeads heads;
  private final Resources resources;
  private final String description;
  private final CudaGpu gpu;
  private @Nullable Optional<NvmlGpu> management;
  private final AtomicBoolean closed = new AtomicBoolean();

  private CudaDevice(
      CudaContext context,
      PageLockedMemory pageLocked,
      Kernels kernels,
      CudaHeads heads,
      Resources resources,
      CudaGpu gpu) {
    this.context = context;
    this.pageLocked = pageLocked;
    this.kernels = kernels;
    this.heads = heads;
    this.resources = resources;
    this.description = gpu.description();
    this.gpu = gpu;
  }

  /**
   * Opens a GPU. {@link NativeLibrary#DRIVER} has been loaded.
   *
   * @throws CudaException where the driver refuses
   */
  static CudaDevice open(CudaGpu gpu, CudaOptions options) {
    Resources resources = new Resources();
    try {
      // One more than there are streams, for whoever allocates while all of them are busy.
      CudaContext context = new CudaContext(gpu.device(), gpu.ordinal(), options.streams() + 1);
      resources.onClose(context::close);
      KernelModules modules = new KernelModules(gpu.computeCapability());
      resources.onClose(() -> context.release(modules::close));
      Resources ofStreams = new Resources();
      resources.onClose(() -> context.release(ofStreams::close));
      StreamPool streams = new StreamPool(context.call(() -> streams(options, ofStreams)));
      PageLockedMemory pageLocked = new PageLockedMemory(context);
      resources.onClose(pageLocked::close);
      Kernels kernels =
          new Kernels(
              new Pipeline(context, streams),
              modules,
              new Launches(gpu.multiprocessors()),
              options);
      CudaHeads heads = new CudaHeads(kernels, gpu.computeCapability());
      resources.onClose(heads::close);
      resources.onClose(streams::close);
      return new CudaDevice(context, pageLocked, kernels, heads, resources, gpu);
    } catch (RuntimeException | Error e) {
      resources.closeAfter(e);
      throw e;
    }
  }

  private static List<StagedStream> streams(CudaOptions options, Resources resources) {
    Arena arena = Arena.ofAuto();
    List<StagedStream> streams = new ArrayList<>();
    for (int i = 0; i < options.streams(); i++) {
      streams.add(StagedStream.create(options.stagingBytes(), arena, resources));
    }
    return streams;
  }

  @Override
  public DeviceKind kind() {
    return DeviceKind.CUDA;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public boolean isUsable() {
    return context.isUsable() && !closed.get();
  }

  @Override
  public HostBuffer allocate(long byteSize) {
    return pageLocked.allocate(byteSize);
  }

  @Override
  public void run(Activation activation, DataType dataType, List<ActivationTask> tasks) {
    TaskValidation.validateActivations(activation, dataType, tasks);
    List<ActivationTask> work =
        tasks.stream()
            .filter(task -> task.elements() > 0)
            .filter(task -> !Pass.of(task).isEmpty())
            .toList();
    if (work.isEmpty()) {
      return;
    }
    switch (activation) {
      case PRelu prelu -> new PReluCall(kernels, prelu, dataType).run(work);
      case ElementwiseActivation _, Softmax _ -> {
        boolean byRows = activation instanceof Softmax;
        Map<Group, List<ActivationTask>> groups =
            work.stream()
                .collect(
                    Collectors.groupingBy(
                        task -> new Group(Pass.of(task), byRows ? task.lastDimension() : 0),
                        LinkedHashMap::new,
                        Collectors.toList()));
        groups.forEach(
            (group, members) ->
                new GatheredCall(kernels, activation, dataType, group.passes(), group.columns())
                    .run(members));
      }
    }
  }

  @Override
  public void run(BinaryCrossEntropyWithLogits loss, DataType dataType, List<LossTask> tasks) {
    TaskValidation.validateLosses(loss, dataType, tasks);
    new LossCall(kernels, loss, dataType).run(tasks);
  }

  @Override
  public Head head(HeadParameters parameters, DataType dataType) {
    return heads.prepare(parameters, dataType);
  }

  @Override
  public @Nullable DeviceReadings readings() {
    NvmlGpu found = management();
    return found == null ? null : found.readings();
  }

  /** Asked for at the first reading, since few would miss it. */
  private synchronized @Nullable NvmlGpu management() {
    if (management == null) {
      management = gpu.busId().map(NvmlGpu::find);
    }
    return management.orElse(null);
  }

  /** Waits for the calls under way, and frees everything, also buffers that are still open. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      resources.close();
    }
  }
}

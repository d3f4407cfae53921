package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.DeviceKind;
import dev.verhulst.kernels.DeviceReadings;
import dev.verhulst.kernels.Head;
import dev.verhulst.kernels.HeadParameters;
import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.kernels.LossTask;
import dev.verhulst.kernels.PlacementProbe;
import dev.verhulst.kernels.TaskValidation;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.activation.ElementwiseActivation;
import dev.verhulst.kernels.activation.PRelu;
import dev.verhulst.kernels.activation.Relu;
import dev.verhulst.kernels.activation.Softmax;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One NVIDIA GPU. Tensors are copied over the bus into the staging memory of one of several
 * streams, computed there, and copied back; a large tensor is cut, so that copies in both
 * directions and computation overlap. Any native memory will do; that of {@link #allocate} is
 * page-locked and the fastest: element-wise kernels can read and write it themselves, without
 * copies.
 *
 * <p>Checked on the host, against a driver that runs the same CUDA sources as C++; not yet run on a
 * device.
 */
final class CudaDevice implements RecoverableDevice {

  private static final Logger LOG = LoggerFactory.getLogger(CudaDevice.class);

  /** Sizes of input at which the ways of a tensor are compared. */
  private static final List<Long> PROBED_BYTES = List.of(1L << 18, 1L << 20, 1L << 22, 1L << 24);

  /** Tensors that can share launches: they ask for the same outputs, in rows of one length. */
  private record Group(List<Pass> passes, long columns) {}

  private final CudaContext context;
  private final PageLockedMemory memory;
  private final Kernels kernels;
  private final TransferChoice transfers;
  private final CudaHeads heads;
  private final Resources resources;
  private final String description;
  private final CudaGpu gpu;
  private @Nullable Optional<NvmlGpu> management;
  private final AtomicBoolean closed = new AtomicBoolean();

  private CudaDevice(
      CudaContext context,
      PageLockedMemory memory,
      Kernels kernels,
      TransferChoice transfers,
      CudaHeads heads,
      Resources resources,
      CudaGpu gpu) {
    this.context = context;
    this.memory = memory;
    this.kernels = kernels;
    this.transfers = transfers;
    this.heads = heads;
    this.resources = resources;
    this.description = gpu.description();
    this.gpu = gpu;
  }

  /**
   * Opens a GPU, with host memory of its own. {@link NativeLibrary#DRIVER} has been loaded.
   *
   * @throws CudaException where the driver refuses
   */
  static CudaDevice open(CudaGpu gpu, CudaOptions options) {
    PageLockedMemory memory = new PageLockedMemory();
    CudaDevice device = open(gpu, options, memory, memory::close);
    device.join();
    return device;
  }

  /**
   * Opens a GPU that computes on host memory which others share. It does not {@link #join} it yet.
   *
   * @throws CudaException where the driver refuses
   */
  static CudaDevice open(CudaGpu gpu, CudaOptions options, PageLockedMemory memory) {
    return open(gpu, options, memory, () -> {});
  }

  private static CudaDevice open(
      CudaGpu gpu, CudaOptions options, PageLockedMemory memory, Runnable closeMemory) {
    Resources resources = new Resources();
    try {
      // One more than there are streams, for whoever allocates while all of them are busy.
      CudaContext context = new CudaContext(gpu.device(), gpu.ordinal(), options.streams() + 1);
      resources.onClose(() -> letGo(context, memory));
      KernelModules modules = new KernelModules(gpu.computeCapability());
      resources.onClose(() -> context.release(modules::close));
      Resources ofStreams = new Resources();
      resources.onClose(() -> context.release(ofStreams::close));
      StreamPool streams = new StreamPool(context.call(() -> streams(options, ofStreams)));
      streams.all().forEach(stream -> resources.onClose(stream::releasePieces));
      resources.onClose(() -> memory.leave(context));
      resources.onClose(closeMemory);
      Kernels kernels =
          new Kernels(
              new Pipeline(context, streams),
              modules,
              new Launches(gpu.multiprocessors()),
              options);
      CudaHeads heads = new CudaHeads(kernels, gpu.computeCapability());
      resources.onClose(heads::close);
      resources.onClose(streams::close);
      TransferChoice transfers =
          new TransferChoice(options.transfer(), gpu.sharesHostAddresses(), memory);
      return new CudaDevice(context, memory, kernels, transfers, heads, resources, gpu);
    } catch (RuntimeException | Error e) {
      resources.closeAfter(e);
      throw e;
    }
  }

  /** Whether the context is gone. */
  private static boolean letGo(CudaContext context, PageLockedMemory memory) {
    if (context.isUsable()) {
      context.close();
      return true;
    }
    boolean gone = context.destroy();
    if (gone) {
      memory.forget(context);
    }
    return gone;
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
  public void join() {
    memory.join(context);
  }

  @Override
  public boolean discard() {
    close();
    return letGo(context, memory);
  }

  @Override
  public String failure() {
    CudaException failure = context.failure();
    return failure == null ? "nothing" : String.valueOf(failure.getMessage());
  }

  @Override
  public HostBuffer allocate(long byteSize) {
    context.requireUsable();
    return memory.allocate(byteSize);
  }

  PageLockedMemory memory() {
    return memory;
  }

  /** Allocates host memory that this GPU page-locks, whichever others share it. */
  HostBuffer allocateOwn(long byteSize) {
    context.requireUsable();
    return memory.allocate(byteSize, List.of(context));
  }

  @Override
  public void run(Activation activation, DataType dataType, List<ActivationTask> tasks) {
    run(activation, dataType, tasks, transfers);
  }

  /**
   * @param choice how the tensors are to get to the GPU
   */
  void run(
      Activation activation, DataType dataType, List<ActivationTask> tasks, TransferChoice choice) {
    TaskValidation.validateActivations(activation, dataType, tasks);
    if (activation instanceof ElementwiseActivation elementwise
        && choice.isMapped(tasks, dataType)) {
      new MappedCall(kernels, memory, elementwise, dataType).run(tasks);
    } else {
      runStaged(activation, dataType, tasks);
    }
  }

  private void runStaged(Activation activation, DataType dataType, List<ActivationTask> tasks) {
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

  /** Measures from which size on copies are faster than a kernel that reads over the bus. */
  @Override
  public void calibrate(LongSupplier nanoTime) {
    if (transfers.isOpen()) {
      long stagedFrom =
          new PlacementProbe(nanoTime)
              .crossoverBytes(
                  new ForcedTransfer(this, Transfer.MAPPED),
                  new ForcedTransfer(this, Transfer.STAGED),
                  new Relu(),
                  DataType.FP32,
                  PROBED_BYTES);
      transfers.measured(stagedFrom);
      LOG.info(
          "{}: tensors are read and written over the bus{}",
          description,
          stagedFrom == PlacementProbe.NEVER
              ? ""
              : ", and copied from " + stagedFrom + " bytes on");
    }
  }

  @Override
  public Head head(HeadParameters parameters, DataType dataType) {
    return heads.prepare(parameters, dataType);
  }

  /**
   * A head whose products a plain kernel computes, also where cuBLAS works: to check that kernel.
   */
  Head plainHead(HeadParameters parameters, DataType dataType) {
    return heads.preparePlain(parameters, dataType);
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

  /** How many launches the calls so far have taken. */
  long launches() {
    return kernels.pipeline().streams().all().stream().mapToLong(StagedStream::launches).sum();
  }

  /** Waits for the calls under way, and frees everything, also buffers that are still open. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      resources.close();
    }
  }
}

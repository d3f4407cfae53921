package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.LossTask;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.kernels.loss.Reduction;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import jcuda.driver.CUfunction;
import org.jspecify.annotations.Nullable;

/** The two kernels of a loss, with the copies around them. */
final class LossKernels {

  /** The tensors of a chunk; those that a task does not have keep their place. */
  static final int REGIONS = 6;

  private static final int LOGITS = 0;
  private static final int TARGET = 1;
  private static final int WEIGHT = 2;
  private static final int POS_WEIGHT = 3;
  private static final int LOSS = 4;
  private static final int GRAD_LOGITS = 5;

  private final KernelModules modules;
  private final Reduction reduction;
  private final DataType dataType;

  LossKernels(KernelModules modules, BinaryCrossEntropyWithLogits loss, DataType dataType) {
    this.modules = modules;
    this.reduction = loss.reduction();
    this.dataType = dataType;
  }

  /**
   * Computes the gradients of a chunk, its losses where nothing is reduced, and its partial sums.
   *
   * @param partials where to leave the partial sums, or null for none
   */
  void compute(
      LossTask task, RowPlan chunk, StagedStream stream, @Nullable DeviceAddress partials) {
    @Nullable MemorySegment losses = reduction == Reduction.NONE ? task.loss() : null;
    stream
        .parameters()
        .pointer(upload(stream, LOGITS, task.logits(), chunk.start(), chunk.length()))
        .pointer(upload(stream, TARGET, task.target(), chunk.start(), chunk.length()))
        .pointer(upload(stream, WEIGHT, task.weight(), chunk.start(), chunk.length()))
        .pointer(upload(stream, POS_WEIGHT, task.posWeight(), chunk.column(), chunk.columns()))
        .pointer(losses == null ? null : region(stream, LOSS))
        .pointer(task.gradLogits() == null ? null : region(stream, GRAD_LOGITS))
        .pointer(partials)
        .integer(chunk.length())
        .integer(chunk.columns())
        .number(scale(task), dataType);
    stream.launch(function(""), Launches.loss(chunk.length()));
    download(stream, LOSS, losses, chunk);
    download(stream, GRAD_LOGITS, task.gradLogits(), chunk);
  }

  /** Adds the partial sums of a task, and writes its loss. */
  void reduce(LossTask task, StagedStream stream, DeviceAddress partials, int count) {
    MemorySegment loss = Objects.requireNonNull(task.loss());
    DeviceAddress sum = region(stream, LOSS);
    stream
        .parameters()
        .pointer(partials)
        .integer(count)
        .pointer(sum)
        .number(scale(task), DataType.FP64);
    stream.launch(function("reduce_"), Launches.reduction());
    stream.download(loss, 0, sum, dataType.byteSize());
  }

  /** What the sum of the losses, and with it each gradient, is multiplied by. */
  private double scale(LossTask task) {
    return reduction == Reduction.MEAN ? 1.0 / task.elements() : 1;
  }

  private CUfunction function(String step) {
    String name = BinaryCrossEntropyWithLogits.NAME;
    return modules.function(name, name + "_" + step + KernelSignature.typePart(dataType));
  }

  private static DeviceAddress region(StagedStream stream, int index) {
    return stream.staging().region(index, REGIONS);
  }

  private @Nullable DeviceAddress upload(
      StagedStream stream, int index, @Nullable MemorySegment tensor, long start, long length) {
    if (tensor == null) {
      return null;
    }
    DeviceAddress region = region(stream, index);
    stream.upload(region, tensor, bytes(start), bytes(length));
    return region;
  }

  private void download(
      StagedStream stream, int index, @Nullable MemorySegment tensor, RowPlan chunk) {
    if (tensor != null) {
      stream.download(tensor, bytes(chunk.start()), region(stream, index), bytes(chunk.length()));
    }
  }

  private long bytes(long elements) {
    return elements * dataType.byteSize();
  }
}

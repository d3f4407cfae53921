package dev.verhulst.kernels.cuda;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.LossTask;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.kernels.loss.Reduction;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The losses of tensors, one by one. Every block leaves one partial sum in double, and a last
 * kernel adds them in their order. How a tensor is cut, the blocks and the order depend on its
 * shape alone, so that the same input gives the same bits.
 */
final class LossCall {

  /** A tensor, and how it is cut. */
  private record Cut(LossTask task, List<RowPlan> chunks) {

    int partials() {
      return chunks.stream().mapToInt(LossCall::partials).sum();
    }
  }

  private static final short FP16_NAN = 0x7e00;
  private static final short BF16_NAN = 0x7fc0;

  private final Kernels kernels;
  private final Reduction reduction;
  private final DataType dataType;
  private final LossKernels launches;

  LossCall(Kernels kernels, BinaryCrossEntropyWithLogits loss, DataType dataType) {
    this.kernels = kernels;
    this.reduction = loss.reduction();
    this.dataType = dataType;
    launches = new LossKernels(kernels.modules(), loss, dataType);
  }

  void run(List<LossTask> tasks) {
    tasks.stream().filter(task -> task.elements() == 0).forEach(this::writeLossOfNone);
    List<Cut> cuts =
        tasks.stream()
            .filter(task -> task.elements() > 0)
            .filter(task -> task.loss() != null || task.gradLogits() != null)
            .map(task -> new Cut(task, plan(task)))
            .toList();
    if (!cuts.isEmpty()) {
      kernels
          .pipeline()
          .run(
              cuts.stream().mapToInt(cut -> cut.chunks().size()).sum(),
              streams -> cuts.forEach(cut -> compute(cut, streams)));
    }
  }

  private List<RowPlan> plan(LossTask task) {
    long unit = CudaOptions.ALIGNMENT / dataType.byteSize();
    long capacity = kernels.capacity(LossKernels.REGIONS, dataType);
    long limit = kernels.chunkElements(task.elements(), capacity, unit, dataType);
    // Where the labels do not matter, the tensor is cut as if it had one.
    long labels = task.posWeight() == null ? 1 : task.labels();
    return RowPlan.of(
        task.elements(), labels, labels <= capacity ? Math.max(limit, labels) : limit);
  }

  private static int partials(RowPlan chunk) {
    return Launches.loss(chunk.length()).blocks();
  }

  private void compute(Cut cut, StreamPool.Loan streams) {
    if (cut.task().loss() == null || reduction == Reduction.NONE) {
      cut.chunks().forEach(chunk -> launches.compute(cut.task(), chunk, streams.next(), null));
    } else if (cut.chunks().size() == 1) {
      StagedStream stream = streams.next();
      DeviceAddress partials = stream.scratch();
      launches.compute(cut.task(), cut.chunks().getFirst(), stream, partials);
      launches.reduce(cut.task(), stream, partials, cut.partials());
    } else {
      computeLarge(cut, streams);
    }
  }

  /** The chunks run beside each other; the sum waits for all of them. */
  private void computeLarge(Cut cut, StreamPool.Loan streams) {
    StagedStream last = streams.next();
    try (TemporaryMemory memory =
        new TemporaryMemory(streams, cut.partials() * (long) Double.BYTES)) {
      DeviceAddress partials = memory.staging().base();
      long offset = 0;
      for (RowPlan chunk : cut.chunks()) {
        launches.compute(cut.task(), chunk, streams.next(), partials.plus(offset));
        offset += partials(chunk) * (long) Double.BYTES;
      }
      streams.synchronize();
      launches.reduce(cut.task(), last, partials, cut.partials());
    }
  }

  /** The mean of no losses is not a number, as in PyTorch; their sum is 0. */
  private void writeLossOfNone(LossTask task) {
    MemorySegment loss = task.loss();
    if (loss == null || reduction == Reduction.NONE) {
      return;
    }
    boolean mean = reduction == Reduction.MEAN;
    switch (dataType) {
      case FP16 -> loss.set(JAVA_SHORT_UNALIGNED, 0, mean ? FP16_NAN : 0);
      case BF16 -> loss.set(JAVA_SHORT_UNALIGNED, 0, mean ? BF16_NAN : 0);
      case FP32 -> loss.set(JAVA_FLOAT_UNALIGNED, 0, mean ? Float.NaN : 0);
      case FP64 -> loss.set(JAVA_DOUBLE_UNALIGNED, 0, mean ? Double.NaN : 0);
    }
  }
}

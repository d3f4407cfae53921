package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.activation.PRelu;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;

/** A PReLU of tensors, each with slopes of its own and hence with launches of its own. */
final class PReluCall {

  private final Kernels kernels;
  private final DataType dataType;
  private final KernelSignature signature;

  PReluCall(Kernels kernels, PRelu activation, DataType dataType) {
    this.kernels = kernels;
    this.dataType = dataType;
    signature = KernelSignature.of(activation);
  }

  void run(List<ActivationTask> tasks) {
    List<List<RowPlan>> plans = tasks.stream().map(this::plan).toList();
    kernels
        .pipeline()
        .run(
            plans.stream().mapToInt(List::size).sum(),
            streams -> {
              for (int i = 0; i < tasks.size(); i++) {
                for (RowPlan chunk : plans.get(i)) {
                  compute(tasks.get(i), chunk, streams.next());
                }
              }
            });
  }

  private List<RowPlan> plan(ActivationTask task) {
    long unit = CudaOptions.ALIGNMENT / dataType.byteSize();
    long capacity = kernels.capacity(regions(task), dataType);
    long limit = kernels.chunkElements(task.elements(), capacity, unit, dataType);
    long columns = task.lastDimension();
    return RowPlan.of(
        task.elements(), columns, columns <= capacity ? Math.max(limit, columns) : limit);
  }

  private static boolean readsGradY(ActivationTask task) {
    return task.gradX() != null;
  }

  /** One each for x, the slopes and the output of one pass after the other, one for grad_y. */
  private static int regions(ActivationTask task) {
    return readsGradY(task) ? 4 : 3;
  }

  private void compute(ActivationTask task, RowPlan chunk, StagedStream stream) {
    int regions = regions(task);
    DeviceAddress x = stream.staging().region(0, regions);
    DeviceAddress slope = stream.staging().region(1, regions);
    DeviceAddress out = stream.staging().region(2, regions);
    long start = bytes(chunk.start());
    long length = bytes(chunk.length());
    stream.upload(x, task.x(), start, length);
    MemorySegment slopes = Objects.requireNonNull(task.slope());
    stream.upload(slope, slopes, bytes(chunk.column()), bytes(chunk.columns()));
    if (readsGradY(task)) {
      MemorySegment gradY = Objects.requireNonNull(task.gradY());
      stream.upload(stream.staging().region(3, regions), gradY, start, length);
    }
    for (Pass pass : Pass.of(task)) {
      KernelParameters parameters = stream.parameters().pointer(x).pointer(slope);
      if (pass.readsGradY()) {
        parameters.pointer(stream.staging().region(3, regions));
      }
      parameters.pointer(out).integer(chunk.length()).integer(chunk.columns());
      stream.launch(
          kernels.modules().function(signature.module(), signature.entry(pass, dataType)),
          kernels.launches().elements(chunk.length()));
      stream.download(Objects.requireNonNull(pass.output(task)), start, out, length);
    }
  }

  private long bytes(long elements) {
    return elements * dataType.byteSize();
  }
}

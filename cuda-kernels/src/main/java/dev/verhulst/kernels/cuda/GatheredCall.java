package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.activation.Activation;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;

/**
 * An element-wise activation or a softmax of tensors that ask for the same outputs, and, for a
 * softmax, have rows of the same length: small ones share a launch, large ones are cut.
 */
final class GatheredCall {

  private final Kernels kernels;
  private final DataType dataType;
  private final KernelSignature signature;
  private final List<Pass> passes;
  private final boolean readsGradY;
  private final long columns;

  /**
   * @param passes what the tensors ask for
   * @param columns the length of a row of a softmax; 0 for an element-wise activation
   */
  GatheredCall(
      Kernels kernels, Activation activation, DataType dataType, List<Pass> passes, long columns) {
    this.kernels = kernels;
    this.dataType = dataType;
    this.signature = KernelSignature.of(activation);
    this.passes = passes;
    this.readsGradY = passes.stream().anyMatch(Pass::readsGradY);
    this.columns = columns;
  }

  void run(List<ActivationTask> tasks) {
    long unit = columns > 0 ? columns : CudaOptions.ALIGNMENT / dataType.byteSize();
    long[] lengths = tasks.stream().mapToLong(ActivationTask::elements).toArray();
    long capacity = kernels.capacity(regions(), dataType);
    if (unit > capacity) {
      runWide(tasks, GatherPlan.of(lengths, unit, unit));
      return;
    }
    long limit = kernels.chunkElements(GatherPlan.room(lengths, unit), capacity, unit, dataType);
    List<GatherPlan.Chunk> chunks = GatherPlan.of(lengths, unit, limit);
    kernels
        .pipeline()
        .run(
            chunks.size(),
            streams -> {
              for (GatherPlan.Chunk chunk : chunks) {
                StagedStream stream = streams.next();
                compute(tasks, chunk, stream, stream.staging());
              }
            });
  }

  /** Rows that are longer than a stream's memory get memory of their own, one after the other. */
  private void runWide(List<ActivationTask> tasks, List<GatherPlan.Chunk> rows) {
    long region = GatherPlan.roundUp(columns * dataType.byteSize(), CudaOptions.ALIGNMENT);
    kernels
        .pipeline()
        .run(
            1,
            streams -> {
              StagedStream stream = streams.next();
              try (TemporaryMemory memory = new TemporaryMemory(streams, regions() * region)) {
                rows.forEach(row -> compute(tasks, row, stream, memory.staging()));
              }
            });
  }

  /** One for x, one for the output of one pass after the other, one for the gradient of y. */
  private int regions() {
    return readsGradY ? 3 : 2;
  }

  private void compute(
      List<ActivationTask> tasks, GatherPlan.Chunk chunk, StagedStream stream, Staging staging) {
    DeviceAddress x = staging.region(0, regions());
    DeviceAddress out = staging.region(1, regions());
    for (GatherPlan.Piece piece : chunk.pieces()) {
      upload(stream, x, tasks.get(piece.tensor()).x(), piece);
    }
    if (readsGradY) {
      for (GatherPlan.Piece piece : chunk.pieces()) {
        MemorySegment gradY = Objects.requireNonNull(tasks.get(piece.tensor()).gradY());
        upload(stream, staging.region(2, regions()), gradY, piece);
      }
    }
    for (Pass pass : passes) {
      KernelParameters parameters = stream.parameters().pointer(x);
      if (pass.readsGradY()) {
        parameters.pointer(staging.region(2, regions()));
      }
      parameters.pointer(out);
      launch(pass, chunk.elements(), stream, parameters);
      for (GatherPlan.Piece piece : chunk.pieces()) {
        MemorySegment output = Objects.requireNonNull(pass.output(tasks.get(piece.tensor())));
        stream.download(
            output, bytes(piece.start()), out.plus(bytes(piece.offset())), bytes(piece.length()));
      }
    }
  }

  private void upload(
      StagedStream stream, DeviceAddress region, MemorySegment tensor, GatherPlan.Piece piece) {
    stream.upload(
        region.plus(bytes(piece.offset())), tensor, bytes(piece.start()), bytes(piece.length()));
  }

  private void launch(Pass pass, long elements, StagedStream stream, KernelParameters parameters) {
    LaunchGeometry geometry;
    if (columns > 0) {
      long rows = elements / columns;
      parameters.integer(rows).integer(columns);
      geometry = kernels.launches().rows(rows, columns, dataType);
    } else {
      parameters.integer(elements);
      signature.numbers().forEach(number -> parameters.number(number, dataType));
      geometry = kernels.launches().elements(elements);
    }
    stream.launch(
        kernels.modules().function(signature.module(), signature.entry(pass, dataType)), geometry);
  }

  private long bytes(long elements) {
    return elements * dataType.byteSize();
  }
}

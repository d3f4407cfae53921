package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.HeadTask;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import jcuda.driver.CUfunction;
import org.jspecify.annotations.Nullable;

/**
 * A head over the rows of several requests. The rows are gathered in device memory, whoever they
 * belong to, and share one product; many of them are cut into chunks, each of which is a product of
 * its own.
 */
final class HeadCall {

  private final Kernels kernels;
  private final HeadProduct product;
  private final HeadWeights weights;
  private final List<HeadTask> tasks;
  private final boolean wantsLogits;
  private final boolean wantsProbabilities;

  /**
   * @param tasks each with a row, and an output, at least
   */
  HeadCall(Kernels kernels, HeadProduct product, HeadWeights weights, List<HeadTask> tasks) {
    this.kernels = kernels;
    this.product = product;
    this.weights = weights;
    this.tasks = tasks;
    wantsLogits = tasks.stream().anyMatch(task -> task.logits() != null);
    wantsProbabilities = tasks.stream().anyMatch(task -> task.probabilities() != null);
  }

  /** Compiles what every call needs. */
  static CUfunction epilogue(KernelModules modules, DataType dataType) {
    return modules.function("head_epilogue", "head_epilogue_" + KernelSignature.typePart(dataType));
  }

  void run() {
    long[] rows = tasks.stream().mapToLong(HeadTask::rows).toArray();
    long capacity = capacity();
    if (capacity < 1) {
      runWide(GatherPlan.of(rows, 1, 1));
      return;
    }
    long features = weights.features();
    long total = GatherPlan.room(rows, 1);
    long limit =
        kernels.chunkElements(total * features, capacity * features, features, weights.dataType())
            / features;
    List<GatherPlan.Chunk> chunks = GatherPlan.of(rows, 1, limit);
    kernels
        .pipeline()
        .run(
            chunks.size(),
            streams -> {
              for (GatherPlan.Chunk chunk : chunks) {
                StagedStream stream = streams.next();
                compute(chunk, stream, stream.staging().base());
              }
            });
  }

  /** A row that is longer than a stream's memory gets memory of its own. */
  private void runWide(List<GatherPlan.Chunk> chunks) {
    kernels
        .pipeline()
        .run(
            1,
            streams -> {
              StagedStream stream = streams.next();
              try (TemporaryMemory memory = new TemporaryMemory(streams, chunkBytes(1))) {
                chunks.forEach(chunk -> compute(chunk, stream, memory.staging().base()));
              }
            });
  }

  /** How many rows fit in a stream's memory, with what is computed of them. */
  private long capacity() {
    long padding = (1L + outputs()) * CudaOptions.ALIGNMENT;
    long row = bytes(weights.features()) + outputs() * bytes(weights.labels());
    return Math.min((kernels.options().stagingBytes() - padding) / row, Integer.MAX_VALUE);
  }

  private long chunkBytes(long rows) {
    return region(rows * weights.features()) + outputs() * region(rows * weights.labels());
  }

  private int outputs() {
    return wantsLogits && wantsProbabilities ? 2 : 1;
  }

  private void compute(GatherPlan.Chunk chunk, StagedStream stream, DeviceAddress x) {
    long rows = chunk.elements();
    long elements = rows * weights.labels();
    DeviceAddress products = x.plus(region(rows * weights.features()));
    DeviceAddress logits = wantsLogits ? products : null;
    DeviceAddress probabilities = wantsLogits ? products.plus(region(elements)) : products;
    for (GatherPlan.Piece piece : chunk.pieces()) {
      long row = bytes(weights.features());
      MemorySegment features = tasks.get(piece.tensor()).features();
      stream.upload(
          x.plus(piece.offset() * row), features, piece.start() * row, piece.length() * row);
    }
    product.compute(stream, weights, x, products, (int) rows);
    stream
        .parameters()
        .pointer(products)
        .pointer(weights.bias())
        .pointer(weights.slopes())
        .pointer(weights.shifts())
        .pointer(logits)
        .pointer(wantsProbabilities ? probabilities : null)
        .integer(elements)
        .integer(weights.labels());
    stream.launch(
        epilogue(kernels.modules(), weights.dataType()), kernels.launches().elements(elements));
    for (GatherPlan.Piece piece : chunk.pieces()) {
      HeadTask task = tasks.get(piece.tensor());
      download(stream, task.logits(), logits, piece);
      download(stream, task.probabilities(), probabilities, piece);
    }
  }

  private void download(
      StagedStream stream,
      @Nullable MemorySegment output,
      @Nullable DeviceAddress region,
      GatherPlan.Piece piece) {
    if (output != null) {
      long row = bytes(weights.labels());
      DeviceAddress from = Objects.requireNonNull(region).plus(piece.offset() * row);
      stream.download(output, piece.start() * row, from, piece.length() * row);
    }
  }

  private long region(long elements) {
    return GatherPlan.roundUp(bytes(elements), CudaOptions.ALIGNMENT);
  }

  private long bytes(long elements) {
    return elements * weights.dataType().byteSize();
  }
}

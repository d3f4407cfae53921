package dev.verhulst.kernels.cpu;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Head;
import dev.verhulst.kernels.HeadParameters;
import dev.verhulst.kernels.HeadTask;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A head on the CPU, its weights packed for the loops; a row's result has the same bits whatever
 * rows are beside it.
 */
public final class CpuHead implements Head {

  private final PackedWeights weights;
  private final boolean isPlain;
  private final WorkerPool pool;

  CpuHead(HeadParameters parameters, DataType dataType, WorkerPool pool) {
    if (dataType != DataType.FP32 && dataType != DataType.FP64) {
      throw new IllegalArgumentException(
          "a head computes in FP32 or FP64, got " + dataType + "; weights of it are widened");
    }
    weights = new PackedWeights(parameters, dataType);
    isPlain = parameters.isPlain();
    this.pool = pool;
  }

  @Override
  public void run(List<HeadTask> tasks) {
    for (HeadTask task : tasks) {
      if (task.rows() < 0) {
        throw new IllegalArgumentException("a task has no negative rows, got " + task.rows());
      }
      check("features", task.features(), task.rows(), weights.features());
      check("logits", task.logits(), task.rows(), weights.labels());
      check("probabilities", task.probabilities(), task.rows(), weights.labels());
    }
    try (HeadWork work = new HeadWork(weights, isPlain, tasks)) {
      pool.run(work);
    }
  }

  @Override
  public void warmUp(Duration limit) {
    try (TileWarmUp warmUp = new TileWarmUp(weights)) {
      warmUp.run(limit);
    }
  }

  private void check(String name, @Nullable MemorySegment segment, long rows, int columns) {
    if (segment == null) {
      return;
    }
    long expected =
        Math.multiplyExact(
            Math.multiplyExact(rows, (long) columns), (long) weights.dataType().byteSize());
    if (!segment.isNative() || segment.byteSize() < expected) {
      throw new IllegalArgumentException(
          "%s of %d rows by %d need %d bytes of native memory, got %d bytes%s"
              .formatted(
                  name,
                  rows,
                  columns,
                  expected,
                  segment.byteSize(),
                  segment.isNative() ? "" : " on the heap"));
    }
  }

  @Override
  public void close() {
    weights.close();
  }
}

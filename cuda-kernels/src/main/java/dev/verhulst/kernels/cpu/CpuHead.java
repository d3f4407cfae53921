package dev.verhulst.kernels.cpu;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Head;
import dev.verhulst.kernels.HeadParameters;
import dev.verhulst.kernels.HeadTask;
import dev.verhulst.kernels.TaskValidation;
import java.time.Duration;
import java.util.List;

/**
 * A head on the CPU, its weights packed for the loops; a row's result has the same bits whatever
 * rows are beside it.
 */
public final class CpuHead implements Head {

  private final PackedWeights weights;
  private final boolean isPlain;
  private final WorkerPool pool;

  CpuHead(HeadParameters parameters, DataType dataType, WorkerPool pool) {
    TaskValidation.validateHead(dataType);
    weights = new PackedWeights(parameters, dataType);
    isPlain = parameters.isPlain();
    this.pool = pool;
  }

  @Override
  public void run(List<HeadTask> tasks) {
    TaskValidation.validateHeadTasks(
        weights.labels(), weights.features(), weights.dataType(), tasks);
    try (HeadWork work = new HeadWork(weights, isPlain, tasks, pool.threads())) {
      pool.run(work);
    }
  }

  @Override
  public void warmUp(Duration limit) {
    try (TileWarmUp warmUp = new TileWarmUp(weights)) {
      warmUp.run(limit);
    }
  }

  @Override
  public void close() {
    weights.close();
  }
}

package dev.verhulst.kernels.cpu;

import dev.verhulst.kernels.HeadTask;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The rows of several requests, numbered through. They are read and written where they lie: a tile
 * of the product may take rows of several requests, each by its own address.
 */
final class HeadRows {

  private final List<HeadTask> tasks;
  private final BlockStarts starts;
  private final long inputBytes;
  private final long outputBytes;

  /**
   * @param inputBytes how many bytes of features a row has
   * @param outputBytes how many bytes of results a row has
   */
  HeadRows(List<HeadTask> tasks, long inputBytes, long outputBytes) {
    this.tasks = tasks;
    this.inputBytes = inputBytes;
    this.outputBytes = outputBytes;
    starts = new BlockStarts(tasks, HeadTask::rows);
  }

  long count() {
    return starts.blocks();
  }

  /** The index of the request that a row belongs to. */
  int task(long row) {
    return starts.task(row);
  }

  /** How many rows from this one on, at most {@code count}, belong to the same request. */
  long together(long row, long count) {
    int task = task(row);
    return Math.min(count, tasks.get(task).rows() - starts.within(task, row));
  }

  /** The address of a row's features. */
  long features(long row) {
    int task = task(row);
    return tasks.get(task).features().address() + starts.within(task, row) * inputBytes;
  }

  /** The address of a row's results in its request's tensor of results. */
  long result(MemorySegment[] results, long row) {
    int task = task(row);
    return results[task].address() + starts.within(task, row) * outputBytes;
  }

  /**
   * The addresses of some rows' features and results, as {@link #features} and {@link #result} give
   * them.
   */
  void addresses(MemorySegment[] results, long firstRow, int count, long[] features, long[] to) {
    int done = 0;
    while (done < count) {
      long row = firstRow + done;
      int together = (int) together(row, count - done);
      long from = features(row);
      long result = result(results, row);
      for (int i = 0; i < together; i++) {
        features[done + i] = from + i * inputBytes;
        to[done + i] = result + i * outputBytes;
      }
      done += together;
    }
  }
}

package dev.verhulst.kernels.cpu;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Numbers the blocks of a list of tasks through: which task a block belongs to, and where in it.
 */
final class BlockStarts {

  private final long[] ends;

  <T> BlockStarts(List<T> tasks, ToLongFunction<T> blocks) {
    ends = new long[tasks.size()];
    long end = 0;
    for (int i = 0; i < ends.length; i++) {
      end += blocks.applyAsLong(tasks.get(i));
      ends[i] = end;
    }
  }

  long blocks() {
    return ends.length == 0 ? 0 : ends[ends.length - 1];
  }

  /** The index of the task that the block belongs to. */
  int task(long block) {
    if (ends.length == 1) {
      return 0;
    }
    // The first end above the block; tasks without blocks have the end of the one before them.
    int found = Arrays.binarySearch(ends, block);
    int task = found < 0 ? -found - 1 : found;
    while (ends[task] <= block) {
      task++;
    }
    return task;
  }

  /** Which block of its task the block is. */
  long within(int task, long block) {
    return task == 0 ? block : block - ends[task - 1];
  }
}

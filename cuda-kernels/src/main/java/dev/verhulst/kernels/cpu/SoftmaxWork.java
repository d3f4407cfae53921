package dev.verhulst.kernels.cpu;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Softmax over the last dimension of a list of tasks. A block is one row, or several short ones.
 */
final class SoftmaxWork implements Work {

  private static final long BLOCK = 16 * 1024;

  private static final double NANOSECONDS_PER_ELEMENT = 0.5;

  private final DataType dataType;
  private final List<ActivationTask> tasks;
  private final BlockStarts starts;

  SoftmaxWork(DataType dataType, List<ActivationTask> tasks) {
    this.dataType = dataType;
    this.tasks = tasks;
    starts = new BlockStarts(tasks, task -> Math.ceilDiv(rows(task), rowsPerBlock(task)));
  }

  private static long rows(ActivationTask task) {
    return task.elements() == 0 ? 0 : task.elements() / task.lastDimension();
  }

  private static long rowsPerBlock(ActivationTask task) {
    return Math.max(1, BLOCK / Math.max(1, task.lastDimension()));
  }

  @Override
  public long blocks() {
    return starts.blocks();
  }

  @Override
  public long nanoseconds() {
    double elements = 0;
    for (ActivationTask task : tasks) {
      elements += task.elements();
    }
    return (long) (elements * NANOSECONDS_PER_ELEMENT);
  }

  @Override
  public void compute(long block, Scratch scratch) {
    int index = starts.task(block);
    ActivationTask task = tasks.get(index);
    long first = starts.within(index, block) * rowsPerBlock(task);
    long end = Math.min(first + rowsPerBlock(task), rows(task));
    for (long row = first; row < end; row++) {
      compute(Output.VALUE, task.y(), task, row, scratch);
      compute(Output.DERIVATIVE, task.dyDx(), task, row, scratch);
      compute(Output.GRADIENT, task.gradX(), task, row, scratch);
    }
  }

  private void compute(
      Output output, @Nullable MemorySegment to, ActivationTask task, long row, Scratch scratch) {
    if (to == null) {
      return;
    }
    long length = task.lastDimension();
    long offset = row * length * dataType.byteSize();
    long x = task.x().address() + offset;
    long gradY =
        output == Output.GRADIENT && task.gradY() != null ? task.gradY().address() + offset : 0;
    long result = to.address() + offset;
    switch (dataType) {
      case FP32 -> SoftmaxRow.FP32.compute(output, x, gradY, result, length, scratch.staging());
      case FP64 -> SoftmaxRow.FP64.compute(output, x, gradY, result, length, scratch.staging());
      case FP16 -> computeHalf(HalfFormat.FP16, output, x, gradY, result, length, scratch);
      case BF16 -> computeHalf(HalfFormat.BF16, output, x, gradY, result, length, scratch);
    }
  }

  private static void computeHalf(
      HalfFormat format,
      Output output,
      long x,
      long gradY,
      long result,
      long length,
      Scratch scratch) {
    long floats = HalfFormat.padded(length) * Float.BYTES;
    if (floats <= Scratch.OPERAND_SIZE) {
      computeHalf(
          format, output, x, gradY, result, length, scratch.input(0), scratch.input(1), scratch);
      return;
    }
    MemorySegment room = NativeMemory.allocate(2 * floats);
    try {
      long address = room.address();
      computeHalf(format, output, x, gradY, result, length, address, address + floats, scratch);
    } finally {
      NativeMemory.free(room);
    }
  }

  private static void computeHalf(
      HalfFormat format,
      Output output,
      long x,
      long gradY,
      long result,
      long length,
      long room,
      long gradRoom,
      Scratch scratch) {
    long staging = scratch.staging();
    format.toFloats(x, room, length, Float.NEGATIVE_INFINITY, staging);
    if (gradY != 0) {
      format.toFloats(gradY, gradRoom, length, 0, staging);
    }
    long padded = HalfFormat.padded(length);
    SoftmaxRow.FP32.compute(output, room, gradRoom, room, padded, staging);
    format.fromFloats(room, result, length, staging);
  }
}

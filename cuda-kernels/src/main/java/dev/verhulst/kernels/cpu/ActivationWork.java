package dev.verhulst.kernels.cpu;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An activation, element by element, of a list of tasks. */
final class ActivationWork implements Work, AutoCloseable {

  /** Elements in a block: what it reads and writes stays in the second-level cache. */
  private static final int BLOCK = 16 * 1024;

  private static final double NANOSECONDS_PER_ELEMENT = 0.25;

  private final Kernel value;
  private final Kernel derivative;
  private final Kernel gradient;
  private final BlockRunner runner;
  private final int byteSize;
  private final List<ActivationTask> tasks;
  private final PeriodicOperands slopes;
  private final BlockStarts starts;

  /**
   * @param kernels makes the kernel of an output; its inputs are x, the slope where the tasks have
   *     one, and the gradient of y
   * @param runner what takes the kernels over memory
   */
  ActivationWork(
      Function<Output, Kernel> kernels,
      BlockRunner runner,
      DataType dataType,
      List<ActivationTask> tasks) {
    value = kernels.apply(Output.VALUE);
    derivative = kernels.apply(Output.DERIVATIVE);
    gradient = kernels.apply(Output.GRADIENT);
    this.runner = runner;
    byteSize = dataType.byteSize();
    this.tasks = tasks;
    starts = new BlockStarts(tasks, task -> Math.ceilDiv(task.elements(), (long) BLOCK));
    slopes = new PeriodicOperands(tasks.size(), i -> slope(tasks.get(i)));
  }

  private @Nullable PeriodicOperand slope(ActivationTask task) {
    return task.slope() == null
        ? null
        : new PeriodicOperand(task.slope(), task.lastDimension(), task.elements(), BLOCK, byteSize);
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
    long first = starts.within(index, block) * BLOCK;
    int count = (int) Math.min(BLOCK, task.elements() - first);
    run(value, task.y(), index, first, count, scratch);
    run(derivative, task.dyDx(), index, first, count, scratch);
    run(gradient, task.gradX(), index, first, count, scratch);
  }

  private void run(
      Kernel kernel,
      @Nullable MemorySegment output,
      int index,
      long first,
      int count,
      Scratch scratch) {
    if (output == null) {
      return;
    }
    ActivationTask task = tasks.get(index);
    PeriodicOperand slope = slopes.get(index);
    long offset = first * byteSize;
    scratch.clearOperands();
    int input = 0;
    scratch.inputs[input++] = task.x().address() + offset;
    if (slope != null) {
      scratch.inputs[input++] = slope.at(first);
    }
    if (kernel == gradient && task.gradY() != null) {
      scratch.inputs[input] = task.gradY().address() + offset;
    }
    scratch.outputs[0] = output.address() + offset;
    runner.run(kernel, scratch, count);
  }

  @Override
  public void close() {
    slopes.close();
  }
}

package dev.verhulst.kernels.cpu;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.activation.ElementwiseActivation;
import dev.verhulst.kernels.activation.Lanes;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An element-wise activation of a list of tasks. */
final class ElementwiseWork implements Work {

  /** Elements in a block: what it reads and writes stays in the second-level cache. */
  private static final int BLOCK = 16 * 1024;

  private final Lanes lanes;
  private final ElementwisePass pass;
  private final int byteSize;
  private final List<ActivationTask> tasks;
  private final BlockStarts starts;

  ElementwiseWork(ElementwiseActivation activation, DataType dataType, List<ActivationTask> tasks) {
    this.lanes = activation.lanes();
    this.pass = ElementwisePass.of(dataType, lanes);
    this.byteSize = dataType.byteSize();
    this.tasks = tasks;
    this.starts = new BlockStarts(tasks, task -> Math.ceilDiv(task.elements(), (long) BLOCK));
  }

  @Override
  public long blocks() {
    return starts.blocks();
  }

  @Override
  public long nanoseconds() {
    long elements = 0;
    for (ActivationTask task : tasks) {
      elements += task.elements();
    }
    return elements / 4;
  }

  @Override
  public void compute(long block, long scratch) {
    int index = starts.task(block);
    ActivationTask task = tasks.get(index);
    long first = starts.within(index, block) * BLOCK;
    int count = (int) Math.min(BLOCK, task.elements() - first);
    long offset = first * byteSize;
    long x = task.x().address() + offset;
    MemorySegment gradX = task.gradX();
    if (task.y() != null) {
      pass.value(lanes, x, task.y().address() + offset, count, scratch);
    }
    if (task.dyDx() != null) {
      pass.derivative(lanes, x, task.dyDx().address() + offset, count, scratch);
    }
    if (gradX != null) {
      long gradY = address(task.gradY()) + offset;
      pass.gradient(lanes, x, gradY, gradX.address() + offset, count, scratch);
    }
  }

  private static long address(@Nullable MemorySegment segment) {
    if (segment == null) {
      throw new IllegalStateException("this is a bug: a task without grad_y was not refused");
    }
    return segment.address();
  }
}

package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.LossTask;
import dev.verhulst.kernels.loss.Reduction;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The binary cross-entropy of a list of tasks. Its sums are the same whichever thread computes
 * which block: each block has a sum of its own, and they are added up in order.
 */
final class LossWork implements Work, AutoCloseable {

  private static final int BLOCK = 8 * 1024;

  private static final double NANOSECONDS_PER_ELEMENT = 0.5;

  private final Reduction reduction;
  private final DataType dataType;
  private final BlockRunner runner;
  private final List<LossTask> tasks;
  private final Kernel[] kernels;
  private final PeriodicOperands posWeights;
  private final BlockStarts starts;
  private final double[] sums;

  LossWork(Reduction reduction, DataType dataType, List<LossTask> tasks) {
    this.reduction = reduction;
    this.dataType = dataType;
    this.tasks = tasks;
    runner = BlockRunner.direct(dataType);
    kernels = new Kernel[tasks.size()];
    for (int i = 0; i < kernels.length; i++) {
      kernels[i] = kernel(tasks.get(i));
    }
    starts = new BlockStarts(tasks, task -> Math.ceilDiv(task.elements(), (long) BLOCK));
    sums = new double[Math.toIntExact(starts.blocks())];
    posWeights = new PeriodicOperands(tasks.size(), i -> posWeight(tasks.get(i)));
  }

  private @Nullable PeriodicOperand posWeight(LossTask task) {
    return task.posWeight() == null
        ? null
        : new PeriodicOperand(
            task.posWeight(), task.labels(), task.elements(), BLOCK, dataType.byteSize());
  }

  private Kernel kernel(LossTask task) {
    LossVariant variant =
        new LossVariant(
            task.weight() != null,
            task.posWeight() != null,
            task.loss() == null ? LossVariant.Loss.UNUSED : use(),
            task.gradLogits() != null);
    double scale = reduction == Reduction.MEAN ? 1.0 / task.elements() : 1;
    return new LossKernel(
        LossLoops.of(variant, dataType), variant, dataType == DataType.FP64, scale);
  }

  private LossVariant.Loss use() {
    return switch (reduction) {
      case MEAN, SUM -> LossVariant.Loss.SUMMED;
      case NONE -> LossVariant.Loss.WRITTEN;
    };
  }

  @Override
  public long blocks() {
    return starts.blocks();
  }

  @Override
  public long nanoseconds() {
    double elements = 0;
    for (LossTask task : tasks) {
      elements += task.elements();
    }
    return (long) (elements * NANOSECONDS_PER_ELEMENT);
  }

  @Override
  public void compute(long block, Scratch scratch) {
    int index = starts.task(block);
    LossTask task = tasks.get(index);
    long first = starts.within(index, block) * BLOCK;
    int count = (int) Math.min(BLOCK, task.elements() - first);
    PeriodicOperand posWeight = posWeights.get(index);
    boolean written = reduction == Reduction.NONE;
    scratch.inputs[0] = at(task.logits(), first);
    scratch.inputs[1] = at(task.target(), first);
    scratch.inputs[2] = at(task.weight(), first);
    scratch.inputs[3] = posWeight == null ? 0 : posWeight.at(first);
    scratch.outputs[0] = written ? at(task.loss(), first) : 0;
    scratch.outputs[1] = at(task.gradLogits(), first);
    EVERYTHING.set(ValueLayout.JAVA_DOUBLE, scratch.sum(), 0);
    EVERYTHING.set(ValueLayout.JAVA_DOUBLE, scratch.sum() + Double.BYTES, 0);
    runner.run(kernels[index], scratch, count);
    sums[(int) block] =
        EVERYTHING.get(ValueLayout.JAVA_DOUBLE, scratch.sum())
            + EVERYTHING.get(ValueLayout.JAVA_DOUBLE, scratch.sum() + Double.BYTES);
  }

  private long at(@Nullable MemorySegment segment, long element) {
    return segment == null ? 0 : segment.address() + element * dataType.byteSize();
  }

  /** Writes what the blocks' sums add up to. */
  void finish() {
    if (reduction == Reduction.NONE) {
      return;
    }
    int block = 0;
    for (LossTask task : tasks) {
      double sum = 0;
      double lost = 0;
      for (long left = Math.ceilDiv(task.elements(), (long) BLOCK); left > 0; left--) {
        double next = sum + sums[block];
        lost += Rounding.lost(sum, sums[block++], next);
        sum = next;
      }
      sum += lost;
      if (task.loss() != null) {
        write(reduction == Reduction.MEAN ? sum / task.elements() : sum, task.loss());
      }
    }
  }

  private void write(double value, MemorySegment to) {
    long address = to.address();
    switch (dataType) {
      case FP16 -> writeHalf(HalfFormat.FP16.round((float) value), address);
      case BF16 -> writeHalf(HalfFormat.BF16.round((float) value), address);
      case FP32 -> EVERYTHING.set(ValueLayout.JAVA_FLOAT_UNALIGNED, address, (float) value);
      case FP64 -> EVERYTHING.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, address, value);
    }
  }

  private static void writeHalf(short value, long address) {
    EVERYTHING.set(ValueLayout.JAVA_SHORT_UNALIGNED, address, value);
  }

  @Override
  public void close() {
    posWeights.close();
  }
}

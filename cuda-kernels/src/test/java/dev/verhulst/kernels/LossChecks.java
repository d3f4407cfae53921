package dev.verhulst.kernels;

import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.kernels.loss.Reduction;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Checks losses that a device computed against the scalar definition. */
public final class LossChecks {

  /** From here on a number is infinite in FP16. */
  private static final double FP16_END = 65_520;

  private LossChecks() {}

  /** One call with tensors of many sizes, with and without each optional tensor. */
  public static void checkBatch(
      Device device, Reduction reduction, DataType dataType, Random random) {
    try (Tensors tensors = new Tensors(dataType, random)) {
      List<LossTask> tasks = new ArrayList<>();
      for (long labels : new long[] {1, 7, 700}) {
        for (int given = 0; given < 16; given++) {
          tasks.add(task(tensors, reduction, 1 + given % 3, labels, given));
        }
      }
      device.run(new BinaryCrossEntropyWithLogits(reduction), dataType, tasks);
      tasks.forEach(task -> assertResults(tensors, reduction, dataType, task));
    }
  }

  /**
   * A task with random inputs.
   *
   * @param given which of weight, positive weight, loss and gradient there are, as bits
   */
  public static LossTask task(
      Tensors tensors, Reduction reduction, long rows, long labels, int given) {
    long elements = rows * labels;
    return new LossTask(
        elements,
        labels,
        tensors.random(elements, -8, 8),
        tensors.random(elements, 0, 1),
        (given & 1) == 0 ? null : tensors.random(elements, 0.5, 2),
        (given & 2) == 0 ? null : tensors.random(labels, 0.5, 2),
        (given & 4) == 0 ? null : tensors.empty(reduction == Reduction.NONE ? elements : 1),
        (given & 8) == 0 ? null : tensors.empty(elements));
  }

  /** Checks every element of every output. */
  public static void assertResults(
      Tensors tensors, Reduction reduction, DataType dataType, LossTask task) {
    int elements = (int) task.elements();
    double scale = reduction == Reduction.MEAN ? 1.0 / elements : 1;
    double[] logits = tensors.read(task.logits(), 0, elements);
    double[] targets = tensors.read(task.target(), 0, elements);
    double sum = 0;
    for (int i = 0; i < elements; i++) {
      double weight = valueOr1(task.weight(), dataType, i);
      double posWeight = valueOr1(task.posWeight(), dataType, i % task.labels());
      double loss = BinaryCrossEntropyWithLogits.loss(logits[i], targets[i], weight, posWeight);
      double gradient =
          BinaryCrossEntropyWithLogits.gradient(logits[i], targets[i], weight, posWeight);
      sum += loss;
      if (reduction == Reduction.NONE) {
        assertElement("loss", task.loss(), dataType, i, loss);
      }
      assertElement("gradient", task.gradLogits(), dataType, i, gradient * scale);
    }
    if (reduction != Reduction.NONE) {
      assertElement("loss", task.loss(), dataType, 0, sum * scale);
    }
  }

  private static double valueOr1(@Nullable MemorySegment tensor, DataType dataType, long index) {
    return tensor == null ? 1 : Elements.get(tensor, dataType, index);
  }

  private static void assertElement(
      String name, @Nullable MemorySegment tensor, DataType dataType, long index, double expected) {
    if (tensor != null) {
      double end = dataType == DataType.FP16 ? FP16_END : Double.MAX_VALUE;
      double finite = Math.min(expected, end);
      Elements.assertClose(
          Math.min(Elements.get(tensor, dataType, index), end),
          finite,
          2 * Elements.tolerance(dataType) * Math.max(1, Math.abs(finite)),
          () -> name + " " + index + " in " + dataType);
    }
  }
}

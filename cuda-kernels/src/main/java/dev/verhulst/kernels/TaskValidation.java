package dev.verhulst.kernels;

import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.activation.ElementwiseActivation;
import dev.verhulst.kernels.activation.PRelu;
import dev.verhulst.kernels.activation.Softmax;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.kernels.loss.Reduction;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What every device asks of its tasks before it touches their memory, so that all of them refuse
 * the same ones with the same words. A message names the task, the tensor, what it is and what was
 * expected.
 */
public final class TaskValidation {

  private TaskValidation() {}

  /**
   * Checks the tasks of one call.
   *
   * @throws IllegalArgumentException where a task's tensors do not fit together, or a parameter is
   *     beyond the range of the type that is computed in
   */
  public static void validateActivations(
      Activation activation, DataType dataType, List<ActivationTask> tasks) {
    if (activation instanceof ElementwiseActivation elementwise) {
      elementwise.in(dataType);
    }
    TensorCheck check = new TensorCheck(activation.name(), dataType);
    for (int i = 0; i < tasks.size(); i++) {
      ActivationTask task = tasks.get(i);
      check.begin(i, task.elements());
      switch (activation) {
        case ElementwiseActivation _ -> check.absent("slope", task.slope());
        case Softmax _ -> {
          check.absent("slope", task.slope());
          check.lastDimension(task.lastDimension());
        }
        case PRelu _ -> {
          check.lastDimension(task.lastDimension());
          if (task.slope() == null) {
            throw check.refusal("'slope' is missing, expected one slope per channel");
          }
          check.input("slope", task.slope(), task.lastDimension());
        }
      }
      check.input("x", task.x(), task.elements());
      if (task.gradX() != null && task.gradY() == null) {
        throw check.refusal("'grad_x' is asked for, which needs 'grad_y'");
      }
      check.input("grad_y", task.gradY(), task.elements());
      check.output("y", task.y(), task.elements());
      check.output("dy_dx", task.dyDx(), task.elements());
      check.output("grad_x", task.gradX(), task.elements());
      check.overlaps(isInPlace(task));
    }
  }

  /**
   * Checks the tasks of one call.
   *
   * @throws IllegalArgumentException where a task's tensors do not fit together
   */
  public static void validateLosses(
      BinaryCrossEntropyWithLogits loss, DataType dataType, List<LossTask> tasks) {
    TensorCheck check = new TensorCheck(BinaryCrossEntropyWithLogits.NAME, dataType);
    for (int i = 0; i < tasks.size(); i++) {
      LossTask task = tasks.get(i);
      check.begin(i, task.elements());
      check.lastDimension(task.labels());
      check.input("logits", task.logits(), task.elements());
      check.input("target", task.target(), task.elements());
      check.input("weight", task.weight(), task.elements());
      check.input("pos_weight", task.posWeight(), task.labels());
      check.output("loss", task.loss(), loss.reduction() == Reduction.NONE ? task.elements() : 1);
      check.output("grad_logits", task.gradLogits(), task.elements());
      check.overlaps(false);
    }
  }

  /**
   * Checks that a head can compute in a type.
   *
   * @throws IllegalArgumentException where it cannot
   */
  public static void validateHead(DataType dataType) {
    if (dataType != DataType.FP32 && dataType != DataType.FP64) {
      throw new IllegalArgumentException(
          "a head computes in FP32 or FP64, got " + dataType + "; weights of it are widened");
    }
  }

  /**
   * Checks the tasks of one call of a head.
   *
   * @throws IllegalArgumentException where a segment does not fit its rows, or is not native
   */
  public static void validateHeadTasks(
      int labels, int features, DataType dataType, List<HeadTask> tasks) {
    for (HeadTask task : tasks) {
      if (task.rows() < 0) {
        throw new IllegalArgumentException("a task has no negative rows, got " + task.rows());
      }
      validateRows("features", task.features(), task.rows(), features, dataType);
      validateRows("logits", task.logits(), task.rows(), labels, dataType);
      validateRows("probabilities", task.probabilities(), task.rows(), labels, dataType);
    }
  }

  private static void validateRows(
      String name, @Nullable MemorySegment segment, long rows, int columns, DataType dataType) {
    if (segment == null) {
      return;
    }
    long expected =
        Math.multiplyExact(Math.multiplyExact(rows, (long) columns), (long) dataType.byteSize());
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

  /** Whether the task's only output is the very memory of its input. */
  private static boolean isInPlace(ActivationTask task) {
    MemorySegment y = task.y();
    MemorySegment dyDx = task.dyDx();
    MemorySegment gradX = task.gradX();
    int outputs = (y == null ? 0 : 1) + (dyDx == null ? 0 : 1) + (gradX == null ? 0 : 1);
    MemorySegment output = y != null ? y : dyDx != null ? dyDx : gradX;
    return outputs == 1 && output != null && output.address() == task.x().address();
  }
}

package dev.verhulst.benchmarks.gpu;

import dev.verhulst.kernels.ActivationChecks;
import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.LossChecks;
import dev.verhulst.kernels.LossTask;
import dev.verhulst.kernels.Tensors;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.cuda.GpuUnderTest;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.kernels.loss.Reduction;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The same input gives the same bits: again, and whatever else is in the call. */
final class DeterminismStep extends GpuStep {

  private static final long ROWS = 37;
  private static final long COLUMNS = 1009;

  /** All outputs of a loss, and both kinds of weight. */
  private static final int EVERYTHING = 15;

  private final List<String> different = new ArrayList<>();
  private int compared;

  DeterminismStep(GpuUnderTest gpu, VerifyPlan plan) {
    super("determinism", gpu, plan);
  }

  @Override
  Outcome run(Deadline deadline) {
    boolean complete = true;
    try (Device device = gpu.open()) {
      for (DataType dataType : DataType.values()) {
        for (Activation activation : ActivationChecks.activations().toList()) {
          complete &= !deadline.isOver();
          if (!deadline.isOver()) {
            check(device, activation, dataType);
          }
        }
        for (Reduction reduction : Reduction.values()) {
          complete &= !deadline.isOver();
          if (!deadline.isOver()) {
            check(device, reduction, dataType);
          }
        }
      }
    }
    String summary = "%d comparisons, alone and within a batch".formatted(compared);
    return different.isEmpty()
        ? Outcome.of(Verdict.ofComplete(complete), "the same bits: " + summary)
        : Outcome.of(Verdict.FAILED, "different bits: " + different + "; " + summary);
  }

  private void check(Device device, Activation activation, DataType dataType) {
    try (Tensors tensors = new Tensors(dataType, new Random(7))) {
      ActivationTask first =
          ActivationChecks.task(tensors, activation, ROWS, COLUMNS, ActivationChecks.ALL);
      ActivationTask again = copy(tensors, first);
      ActivationTask batched = copy(tensors, first);
      device.run(activation, dataType, List.of(first));
      device.run(activation, dataType, List.of(again));
      device.run(
          activation,
          dataType,
          List.of(
              ActivationChecks.task(tensors, activation, 3, 5, ActivationChecks.ALL),
              ActivationChecks.task(tensors, activation, 64, COLUMNS, ActivationChecks.ALL),
              batched,
              ActivationChecks.task(tensors, activation, 1, 4099, ActivationChecks.ALL)));
      compare(
          activation + " " + dataType,
          Stream.of(first, again, batched)
              .map(task -> outputs(task.y(), task.dyDx(), task.gradX()))
              .toList());
    }
  }

  private static ActivationTask copy(Tensors tensors, ActivationTask task) {
    long elements = task.elements();
    return new ActivationTask(
        elements,
        task.lastDimension(),
        task.x(),
        task.slope(),
        task.gradY(),
        tensors.empty(elements),
        tensors.empty(elements),
        tensors.empty(elements));
  }

  private void check(Device device, Reduction reduction, DataType dataType) {
    try (Tensors tensors = new Tensors(dataType, new Random(8))) {
      BinaryCrossEntropyWithLogits loss = new BinaryCrossEntropyWithLogits(reduction);
      LossTask first = LossChecks.task(tensors, reduction, ROWS, COLUMNS, EVERYTHING);
      LossTask again = copy(tensors, first, reduction);
      LossTask batched = copy(tensors, first, reduction);
      device.run(loss, dataType, List.of(first));
      device.run(loss, dataType, List.of(again));
      device.run(
          loss,
          dataType,
          List.of(
              LossChecks.task(tensors, reduction, 3, 7, EVERYTHING),
              batched,
              LossChecks.task(tensors, reduction, 64, COLUMNS, EVERYTHING)));
      compare(
          "bce_with_logits " + reduction + " " + dataType,
          Stream.of(first, again, batched)
              .map(task -> outputs(task.loss(), task.gradLogits()))
              .toList());
    }
  }

  private static LossTask copy(Tensors tensors, LossTask task, Reduction reduction) {
    return new LossTask(
        task.elements(),
        task.labels(),
        task.logits(),
        task.target(),
        task.weight(),
        task.posWeight(),
        tensors.empty(reduction == Reduction.NONE ? task.elements() : 1),
        tensors.empty(task.elements()));
  }

  private static List<MemorySegment> outputs(@Nullable MemorySegment... ofTask) {
    return Arrays.stream(ofTask).map(Objects::requireNonNull).toList();
  }

  /**
   * Compares results of the same input.
   *
   * @param results the outputs of each of the tasks, with which the first one's are compared
   */
  private void compare(String what, List<List<MemorySegment>> results) {
    List<MemorySegment> first = results.getFirst();
    for (List<MemorySegment> other : results.subList(1, results.size())) {
      compared++;
      if (!IntStream.range(0, first.size())
          .allMatch(output -> first.get(output).mismatch(other.get(output)) < 0)) {
        different.add(what);
      }
    }
  }
}

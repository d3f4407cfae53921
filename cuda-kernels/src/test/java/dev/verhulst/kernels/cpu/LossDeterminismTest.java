package dev.verhulst.kernels.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Elements;
import dev.verhulst.kernels.LossChecks;
import dev.verhulst.kernels.LossTask;
import dev.verhulst.kernels.Tensors;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.kernels.loss.Reduction;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The same input gives the same bits: on every run, whether the JIT compiler has been at work or
 * not, on any number of threads, and in any batch.
 */
final class LossDeterminismTest {

  private static final int RUNS = 10;

  /** Enough blocks for several threads, and a rest. */
  private static final long LABELS = 300_007;

  @ParameterizedTest
  @EnumSource
  void hasTheSameBitsOnEveryRunAndAnyNumberOfThreads(DataType dataType) {
    try (Tensors tensors = new Tensors(dataType, new Random(1))) {
      for (Reduction reduction : List.of(Reduction.MEAN, Reduction.SUM)) {
        LossTask task = LossChecks.task(tensors, reduction, 1, LABELS, 7);
        List<Double> losses = new ArrayList<>();
        for (int threads = 1; threads <= 3; threads++) {
          try (CpuDevice device = new CpuDevice(threads)) {
            for (int run = 0; run < RUNS; run++) {
              losses.add(loss(device, reduction, dataType, List.of(task), task));
            }
          }
        }
        assertThat(losses).hasSize(3 * RUNS).containsOnly(losses.getFirst());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void hasTheSameBitsInEveryBatch(DataType dataType) {
    try (CpuDevice device = new CpuDevice(3);
        Tensors tensors = new Tensors(dataType, new Random(1))) {
      LossTask task = LossChecks.task(tensors, Reduction.SUM, 1, LABELS, 7);
      List<LossTask> batch = new ArrayList<>();
      List<Double> losses = new ArrayList<>();
      for (int others = 0; others < 4; others++) {
        batch.add(task);
        losses.add(loss(device, Reduction.SUM, dataType, List.copyOf(batch), task));
        batch.removeLast();
        batch.add(LossChecks.task(tensors, Reduction.SUM, 1 + others, 10_000, 7));
      }
      assertThat(losses).containsOnly(losses.getFirst());
    }
  }

  private static double loss(
      CpuDevice device,
      Reduction reduction,
      DataType dataType,
      List<LossTask> tasks,
      LossTask task) {
    device.run(new BinaryCrossEntropyWithLogits(reduction), dataType, tasks);
    return Elements.get(Objects.requireNonNull(task.loss()), dataType, 0);
  }
}

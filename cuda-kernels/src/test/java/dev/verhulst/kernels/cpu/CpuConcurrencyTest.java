package dev.verhulst.kernels.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.ActivationChecks;
import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.LossChecks;
import dev.verhulst.kernels.LossTask;
import dev.verhulst.kernels.Tensors;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.activation.PRelu;
import dev.verhulst.kernels.activation.Sigmoid;
import dev.verhulst.kernels.activation.Softmax;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.kernels.loss.Reduction;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Many tasks in a call, many threads at work on it, and many calls at once. */
final class CpuConcurrencyTest {

  /** More callers than threads, and than there is scratch memory for at once. */
  private static final int CALLERS = 100;

  private static final List<Activation> ACTIVATIONS =
      List.of(new Sigmoid(), new PRelu(), new Softmax());

  private static final CpuDevice DEVICE = new CpuDevice(3);

  @AfterAll
  static void close() {
    DEVICE.close();
  }

  /** Small, empty and large ones, which the threads share. */
  @ParameterizedTest
  @EnumSource
  void givesEachActivationTaskItsOwnAnswer(DataType dataType) {
    for (Activation activation : ACTIVATIONS) {
      ActivationChecks.checkBatch(DEVICE, activation, dataType, new Random(1));
      try (Tensors tensors = new Tensors(dataType, new Random(1))) {
        List<ActivationTask> tasks = new ArrayList<>();
        for (long rows : new long[] {1, 0, 20_011, 40_000, 3}) {
          int outputs = rows == 3 ? ActivationChecks.ALL : ActivationChecks.VALUE;
          tasks.add(ActivationChecks.task(tensors, activation, rows, 7, outputs));
        }
        DEVICE.run(activation, dataType, tasks);
        tasks.forEach(task -> ActivationChecks.assertResults(tensors, activation, dataType, task));
        tensors.assertGuardsUntouched(activation + " in " + dataType);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void givesEachLossTaskItsOwnAnswer(DataType dataType) {
    for (Reduction reduction : Reduction.values()) {
      LossChecks.checkBatch(DEVICE, reduction, dataType, new Random(1));
      try (Tensors tensors = new Tensors(dataType, new Random(1))) {
        List<LossTask> tasks = new ArrayList<>();
        for (long rows : new long[] {1, 20_011, 40_000, 3}) {
          tasks.add(LossChecks.task(tensors, reduction, rows, 7, 15));
        }
        DEVICE.run(new BinaryCrossEntropyWithLogits(reduction), dataType, tasks);
        tasks.forEach(task -> LossChecks.assertResults(tensors, reduction, dataType, task));
        tensors.assertGuardsUntouched(reduction + " in " + dataType);
      }
    }
  }

  static Stream<ExecutorService> threads() {
    return Stream.of(
        Executors.newVirtualThreadPerTaskExecutor(), Executors.newFixedThreadPool(CALLERS));
  }

  @ParameterizedTest
  @MethodSource("threads")
  void computesWhatEachOfManyThreadsAsks(ExecutorService threads) throws Exception {
    List<Future<?>> answers = new ArrayList<>();
    try (threads) {
      for (int i = 0; i < CALLERS; i++) {
        Random random = new Random(i);
        answers.add(threads.submit(() -> checkCalls(random)));
      }
    }
    for (Future<?> answer : answers) {
      answer.get();
    }
  }

  /** Of all sizes, so that some calls take helpers from others. */
  private static void checkCalls(Random random) {
    DataType dataType = DataType.values()[random.nextInt(DataType.values().length)];
    for (int call = 0; call < 5; call++) {
      try (Tensors tensors = new Tensors(dataType, random)) {
        int rows = 1 << random.nextInt(14);
        Activation activation = ACTIVATIONS.get(random.nextInt(ACTIVATIONS.size()));
        ActivationTask task =
            ActivationChecks.task(tensors, activation, rows, 5, ActivationChecks.VALUE);
        DEVICE.run(activation, dataType, List.of(task));
        ActivationChecks.assertResults(tensors, activation, dataType, task);
        LossTask loss = LossChecks.task(tensors, Reduction.MEAN, rows, 5, 12);
        DEVICE.run(new BinaryCrossEntropyWithLogits(Reduction.MEAN), dataType, List.of(loss));
        LossChecks.assertResults(tensors, Reduction.MEAN, dataType, loss);
      }
    }
  }

  @Test
  void finishesAnInterruptedCall() {
    try (Tensors tensors = new Tensors(DataType.FP32, new Random(1))) {
      ActivationTask task =
          ActivationChecks.task(tensors, new Sigmoid(), 1, 1 << 20, ActivationChecks.VALUE);
      Thread.currentThread().interrupt();
      DEVICE.run(new Sigmoid(), DataType.FP32, List.of(task));
      assertThat(Thread.interrupted()).isTrue();
      ActivationChecks.assertResults(tensors, new Sigmoid(), DataType.FP32, task);
    }
  }
}

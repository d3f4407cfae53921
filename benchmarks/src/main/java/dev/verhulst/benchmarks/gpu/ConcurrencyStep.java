package dev.verhulst.benchmarks.gpu;

import dev.verhulst.kernels.ActivationChecks;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.LossChecks;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.cuda.GpuUnderTest;
import dev.verhulst.kernels.loss.Reduction;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Many threads, platform and virtual ones, that all compute at once on the streams of one device;
 * every result is checked.
 */
final class ConcurrencyStep extends GpuStep {

  private static final int THREADS = 32;

  ConcurrencyStep(GpuUnderTest gpu, VerifyPlan plan) {
    super("concurrency", gpu, plan);
  }

  @Override
  Outcome run(Deadline deadline) throws InterruptedException {
    AtomicInteger made = new AtomicInteger();
    List<String> failures = new ArrayList<>();
    try (Device device = gpu.open();
        ExecutorService platform = Executors.newFixedThreadPool(THREADS);
        ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> answers = new ArrayList<>();
      for (int i = 0; i < plan.calls(); i++) {
        Random random = new Random(i);
        answers.add(
            (i % 2 == 0 ? platform : virtual)
                .submit(
                    () -> {
                      if (!deadline.isOver()) {
                        call(device, random);
                        made.incrementAndGet();
                      }
                    }));
      }
      for (Future<?> answer : answers) {
        try {
          answer.get();
        } catch (ExecutionException e) {
          failures.add(String.valueOf(e.getCause()));
        }
      }
    }
    if (!failures.isEmpty()) {
      return Outcome.of(
          Verdict.FAILED,
          "%d of %d calls failed: %s"
              .formatted(failures.size(), plan.calls(), failures.getFirst()));
    }
    return Outcome.of(
        Verdict.ofComplete(made.get() == plan.calls()),
        "%d batches from %d platform threads and from virtual ones, all right"
            .formatted(made.get(), THREADS));
  }

  private static void call(Device device, Random random) {
    DataType dataType = DataType.values()[random.nextInt(DataType.values().length)];
    List<Activation> activations = ActivationChecks.activations().toList();
    int function = random.nextInt(activations.size() + 1);
    if (function < activations.size()) {
      ActivationChecks.checkBatch(device, activations.get(function), dataType, random);
    } else {
      Reduction[] reductions = Reduction.values();
      LossChecks.checkBatch(
          device, reductions[random.nextInt(reductions.length)], dataType, random);
    }
  }
}

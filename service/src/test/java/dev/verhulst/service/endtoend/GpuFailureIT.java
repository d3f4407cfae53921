package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.client.VerhulstClient;
import dev.verhulst.client.error.UnavailableException;
import dev.verhulst.client.transport.RetryPolicy;
import dev.verhulst.kernels.cuda.FakeDriverBuild;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server with two GPUs of the fake driver, which are lost in mid-batch, one and then the other,
 * and come back, while requests come without a pause.
 */
class GpuFailureIT {

  private static final int CALLERS = 6;
  private static final int ILLEGAL_ADDRESS = 700;

  /** Enough that a batch is cut, and copies and kernels of several calls are under way at once. */
  private static final int ELEMENTS = 50_000;

  @TempDir private Path directory;

  private final AtomicBoolean end = new AtomicBoolean();
  private final AtomicInteger answers = new AtomicInteger();

  @Test
  void everyAnswerIsRightOrSaysToTryAgainAndTheGpusComeBack() throws Exception {
    Path commands = Files.createFile(directory.resolve("commands"));
    Map<String, String> twoGpus =
        Map.of(
            "LD_LIBRARY_PATH", FakeDriverBuild.directory().toString(),
            "FAKE_CUDA", "devices=2",
            "FAKE_CUDA_FILE", commands.toString());
    try (ServiceProcess service =
        ServiceProcess.beginIn(
            twoGpus,
            "--verhulst.device=cuda",
            "--verhulst.warm-up=",
            "--verhulst.placement.gpu-from-elements=0")) {
      service.awaitReady();
      assertThat(service.health()).contains("\"status\":\"UP\"", "2 GPUs: ");
      assertThat(usableGpus(service)).isEqualTo(2);
      List<Future<?>> callers = new ArrayList<>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < CALLERS; i++) {
          int seed = i;
          callers.add(threads.submit(() -> keepCalling(service, new Random(seed))));
        }
        try {
          loseBothAndGetThemBack(service, commands);
        } finally {
          end.set(true);
        }
      }
      for (Future<?> caller : callers) {
        caller.get();
      }
      service.assertNoOpenLease();
      assertThat(service.stop()).isIn(0, 143);
    }
  }

  private void loseBothAndGetThemBack(ServiceProcess service, Path commands) throws IOException {
    answersGoOn(service);
    command(commands, "recovers=0", "kernel@0:2:" + ILLEGAL_ADDRESS);
    service.await("the first GPU to be lost", () -> usableGpus(service) == 1);
    assertThat(service.health()).contains("\"status\":\"DEGRADED\"", "1 of 2 GPUs: ");
    assertThat(isDegraded(service)).isTrue();
    answersGoOn(service);

    command(commands, "kernel@1:2:" + ILLEGAL_ADDRESS);
    service.await("the second GPU to be lost", () -> usableGpus(service) == 0);
    assertThat(service.health())
        .contains("\"status\":\"DEGRADED\"", "(degraded: 0 of 2 GPUs; lost: ");
    answersGoOn(service);

    command(commands, "recovers=1");
    service.await("both GPUs to come back", () -> usableGpus(service) == 2);
    assertThat(service.health()).contains("\"status\":\"UP\"", "2 GPUs: ");
    assertThat(isDegraded(service)).isFalse();
    assertThat(service.metrics().sum("verhulst_device_gpu_losses")).isEqualTo(2);
    assertThat(service.metrics().sum("verhulst_device_gpu_probes")).isGreaterThanOrEqualTo(2);
    answersGoOn(service);
  }

  private void keepCalling(ServiceProcess service, Random random) {
    try (VerhulstClient client =
        VerhulstClient.builder(service.url()).retryPolicy(RetryPolicy.none()).build()) {
      while (!end.get()) {
        float[] x = new float[1 + random.nextInt(ELEMENTS)];
        for (int i = 0; i < x.length; i++) {
          x[i] = random.nextFloat(-8, 8);
        }
        try {
          float[] y = client.sigmoid(x);
          for (int i = 0; i < x.length; i++) {
            double expected = 1 / (1 + Math.exp(-x[i]));
            if (!(Math.abs(y[i] - expected) <= 1e-6)) {
              throw new AssertionError("sigmoid(%s) is %s".formatted(x[i], y[i]));
            }
          }
          answers.incrementAndGet();
        } catch (UnavailableException e) {
          assertThat(e).hasMessageContaining("the GPU failed");
        }
      }
    }
  }

  private void answersGoOn(ServiceProcess service) {
    int until = answers.get() + 5 * CALLERS;
    service.await("further answers", () -> answers.get() >= until);
  }

  private static long usableGpus(ServiceProcess service) {
    return (long) service.metrics().sum("verhulst_device_gpu_usable");
  }

  private static boolean isDegraded(ServiceProcess service) {
    return service.metrics().sum("verhulst_device_degraded") == 1;
  }

  /** Tells the fake driver, see its {@code control.h}. */
  private static void command(Path commands, String... words) throws IOException {
    Files.write(commands, List.of(words), StandardOpenOption.APPEND);
  }
}

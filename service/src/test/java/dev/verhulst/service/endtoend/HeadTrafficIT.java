package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.client.VerhulstClient;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.metadata.ModelStatistics;
import dev.verhulst.heads.head.HeadModel;
import dev.verhulst.heads.safetensors.ElementType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A wide head that many call at once, each with as many rows as it likes. */
class HeadTrafficIT {

  private static final int FEATURES = 500;
  private static final int LABELS = 70;
  private static final int[] ROWS = {1, 2, 3, 7, 33};
  private static final int LOADS = 12;

  @TempDir Path root;

  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicLong answered = new AtomicLong();

  /** A request, and every answer that it may have. */
  private record Case(InferenceRequest request, List<float[]> answers) {}

  @Test
  void requestsShareProductsAndReloadsAndGetTheirOwnRows() throws Exception {
    HeadFiles files = new HeadFiles(root);
    List<String> names = IntStream.range(0, LABELS).mapToObj(i -> "label " + i).toList();
    files.save("wide", head(1), names);
    try (ServiceProcess service =
            ServiceProcess.start(
                "--verhulst.model-repository=" + root, "--verhulst.batching.concurrency=1");
        VerhulstClient http = VerhulstClient.connect(service.url());
        VerhulstClient grpc = VerhulstClient.connect("grpc://localhost:" + service.grpcPort());
        ExecutorService callers = Executors.newFixedThreadPool(2 * ROWS.length)) {
      List<Case> cases = new ArrayList<>();
      for (int rows : ROWS) {
        InferenceRequest request = request(rows);
        cases.add(new Case(request, new ArrayList<>(List.of(alone(http, request)))));
      }
      files.save("wide", head(2), names);
      http.loadModel("wide");
      for (Case each : cases) {
        each.answers.add(alone(http, each.request));
        assertThat(each.answers.get(0)).isNotEqualTo(each.answers.get(1));
      }

      List<Future<?>> calls = new ArrayList<>();
      for (Case each : cases) {
        calls.add(callers.submit(() -> call(http, each)));
        calls.add(callers.submit(() -> call(grpc, each)));
      }
      for (int load = 0; load < LOADS && calls.stream().noneMatch(Future::isDone); load++) {
        long before = answered.get();
        (load % 2 == 0 ? http : grpc)
            .loadModel(
                "wide",
                "{\"operator\": \"logistic_head\", \"version_policy\": {\"specific\": [%d]}}"
                    .formatted(1 + load % 2));
        service.await(
            "answers between two loads",
            () -> answered.get() > before + 50 || calls.stream().anyMatch(Future::isDone));
      }
      // Those that are answered are fewer than those that are computed: it takes sharing to turn
      // that.
      service.await(
          "requests that share an execution",
          () -> {
            ModelStatistics statistics = http.statistics("wide").getFirst();
            return statistics.executionCount() < statistics.success().count()
                || calls.stream().anyMatch(Future::isDone);
          });
      over.set(true);
      for (Future<?> call : calls) {
        call.get();
      }
      service.assertNoOpenLease();
      assertThat(service.output()).doesNotContain(" ERROR ");
    }
  }

  /** The very bits that the request gets when nobody else calls, by one of the two versions. */
  private void call(VerhulstClient client, Case each) {
    while (!over.get()) {
      float[] answer = client.infer(each.request).output().toFloats();
      assertThat(each.answers)
          .as("%d elements", answer.length)
          .anyMatch(expected -> Arrays.equals(expected, answer));
      answered.incrementAndGet();
    }
  }

  private static float[] alone(VerhulstClient client, InferenceRequest request) {
    return client.infer(request).output().toFloats();
  }

  private static HeadModel head(long seed) {
    Random random = new Random(seed);
    double[] weights = random.doubles((long) FEATURES * LABELS, -0.1, 0.1).toArray();
    return new HeadModel(FEATURES, LABELS, ElementType.F32, weights, new double[LABELS]);
  }

  private static InferenceRequest request(int rows) {
    Random random = new Random(rows);
    float[] x = new float[rows * FEATURES];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return InferenceRequest.builder("wide").input("x", Tensor.of(x, rows, FEATURES)).build();
  }
}

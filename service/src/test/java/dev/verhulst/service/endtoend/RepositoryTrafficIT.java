package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.client.VerhulstClient;
import dev.verhulst.client.error.InvalidRequestException;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.Tensor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that come, change and go while they are called; a minute with the property below. */
class RepositoryTrafficIT {

  private static final Duration TIME =
      Duration.ofSeconds(Long.getLong("verhulst.endtoend.traffic-seconds", 6));

  @TempDir Path root;

  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();

  @Test
  void reloadsFailNoRequestAndUnloadsOnlyThoseThatAskForWhatIsGone() throws Exception {
    ModelFiles files = new ModelFiles(root);
    slope(files, "changing", 0.5);
    slope(files, "going", 0.5);
    try (ServiceProcess service = ServiceProcess.start(files.setting());
        VerhulstClient http = VerhulstClient.connect(service.url());
        VerhulstClient grpc = VerhulstClient.connect("grpc://localhost:" + service.grpcPort());
        ExecutorService callers = Executors.newFixedThreadPool(8)) {
      List<Future<?>> calls = new ArrayList<>();
      for (VerhulstClient client : List.of(http, grpc)) {
        calls.add(callers.submit(() -> call(client, "changing", false)));
        calls.add(callers.submit(() -> call(client, "changing", false)));
        calls.add(callers.submit(() -> call(client, "sigmoid", false)));
        calls.add(callers.submit(() -> call(client, "going", true)));
      }
      int loads = 0;
      long end = System.nanoTime() + TIME.toNanos();
      while (System.nanoTime() - end < 0 && calls.stream().noneMatch(Future::isDone)) {
        loads++;
        VerhulstClient client = loads % 2 == 0 ? http : grpc;
        slope(files, "changing", loads % 3 == 0 ? 0.5 : 0.25);
        client.loadModel("changing");
        client.unloadModel("going");
        client.loadModel("going");
      }
      over.set(true);
      for (Future<?> call : calls) {
        call.get();
      }
      assertThat(loads).isGreaterThan(20);
      assertThat(answered.get()).isGreaterThan(100);
      assertThat(refused.get()).isLessThan(answered.get());
      service.assertNoOpenLease();
      assertThat(service.metrics().samples().keySet())
          .as("one set of metrics per model, however often it was loaded")
          .filteredOn(sample -> sample.startsWith("nv_inference_count{"))
          .filteredOn(sample -> sample.contains("going") || sample.contains("changing"))
          .hasSize(2);
      assertThat(service.output()).doesNotContain(" ERROR ");
    }
  }

  private static void slope(ModelFiles files, String model, double alpha) {
    files.model(model, "{operator: leaky_relu, parameters: {alpha: %s}}".formatted(alpha));
  }

  private void call(VerhulstClient client, String model, boolean mayBeGone) {
    float[] x = {-2, 0};
    InferenceRequest request = InferenceRequest.builder(model).input("x", Tensor.of(x, 2)).build();
    while (!over.get()) {
      try {
        float[] y = client.infer(request).output("y").toFloats();
        if (!model.equals("sigmoid")) {
          assertThat(y[0]).isIn(-1f, -0.5f);
        }
        answered.incrementAndGet();
      } catch (InvalidRequestException | dev.verhulst.client.error.NotFoundException e) {
        assertThat(mayBeGone).as("%s for %s", e, model).isTrue();
        assertThat(e).hasMessageContaining("'going' is not found");
        refused.incrementAndGet();
      }
    }
  }
}

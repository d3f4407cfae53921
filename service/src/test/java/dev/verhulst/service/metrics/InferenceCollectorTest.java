package dev.verhulst.service.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.service.batching.BatchTimings;
import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.inference.ModelVersion;
import dev.verhulst.service.inference.Rejection;
import dev.verhulst.service.metrics.ModelStatistics.Batch;
import dev.verhulst.service.metrics.ModelStatistics.Total;
import dev.verhulst.service.metrics.RefusedRequests.Protocol;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class InferenceCollectorTest {

  private final AtomicLong nanoTime = new AtomicLong();
  private final InferenceMetrics metrics =
      new InferenceMetrics(nanoTime::get, () -> 1_700_000_000_000L);
  private final PrometheusRegistry registry = new PrometheusRegistry();

  InferenceCollectorTest() {
    registry.register(
        new InferenceCollector(
            metrics, version -> version.equals(new ModelVersion("sigmoid", "1")) ? 7 : 0));
  }

  @Test
  void aModelIsExposedAsZerosBeforeItsFirstRequest() {
    expose("relu");

    assertThat(scrape())
        .contains("nv_inference_request_success{model=\"relu\",version=\"1\"} 0.0\n")
        .contains(
            "nv_inference_request_failure{model=\"relu\",reason=\"CANCELED\",version=\"1\"} 0.0\n")
        .contains(
            "nv_inference_request_failure{model=\"relu\",reason=\"REJECTED\",version=\"1\"} 0.0\n")
        .contains(
            "nv_inference_request_failure{model=\"relu\",reason=\"BACKEND\",version=\"1\"} 0.0\n")
        .contains(
            "nv_inference_request_failure{model=\"relu\",reason=\"OTHER\",version=\"1\"} 0.0\n")
        .contains("nv_inference_pending_request_count{model=\"relu\",version=\"1\"} 0.0\n")
        .contains("verhulst_request_duration_seconds_count{model=\"relu\",version=\"1\"} 0\n");
  }

  @Test
  void aSuccessIsCountedUnderTheNamesThatDashboardsKnow() {
    nanoTime.set(1_000_000);
    ModelMetrics sigmoid = expose("sigmoid");
    sigmoid.executed(3, 24, 400_000);
    sigmoid.success(new BatchTimings(200_000, 300_000, 700_000, 24), 8, 100_000, 50_000, 20_000);

    assertThat(scrape())
        .contains("nv_inference_request_success{model=\"sigmoid\",version=\"1\"} 1.0\n")
        .contains("nv_inference_count{model=\"sigmoid\",version=\"1\"} 8.0\n")
        .contains("nv_inference_exec_count{model=\"sigmoid\",version=\"1\"} 1.0\n")
        .contains("nv_inference_request_duration_us{model=\"sigmoid\",version=\"1\"} 900.0\n")
        .contains("nv_inference_queue_duration_us{model=\"sigmoid\",version=\"1\"} 100.0\n")
        .contains("nv_inference_compute_input_duration_us{model=\"sigmoid\",version=\"1\"} 50.0\n")
        .contains("nv_inference_compute_infer_duration_us{model=\"sigmoid\",version=\"1\"} 400.0\n")
        .contains("nv_inference_compute_output_duration_us{model=\"sigmoid\",version=\"1\"} 20.0\n")
        .contains("nv_inference_pending_request_count{model=\"sigmoid\",version=\"1\"} 7.0\n");
  }

  @Test
  void latenciesFallIntoCumulativeBuckets() {
    ModelMetrics sigmoid = expose("sigmoid");
    nanoTime.set(100_000);
    sigmoid.success(new BatchTimings(0, 0, 0, 1), 1, 0, 0, 0);
    nanoTime.set(20_000_000_000L);
    sigmoid.success(new BatchTimings(0, 0, 0, 1), 1, 0, 0, 0);

    assertThat(scrape())
        .contains(
            "verhulst_request_duration_seconds_bucket{model=\"sigmoid\",version=\"1\",le=\"5.0E-5\"} 0\n")
        .contains(
            "verhulst_request_duration_seconds_bucket{model=\"sigmoid\",version=\"1\",le=\"1.0E-4\"} 1\n")
        .contains(
            "verhulst_request_duration_seconds_bucket{model=\"sigmoid\",version=\"1\",le=\"10.0\"} 1\n")
        .contains(
            "verhulst_request_duration_seconds_bucket{model=\"sigmoid\",version=\"1\",le=\"+Inf\"} 2\n")
        .contains(
            "verhulst_request_duration_seconds_sum{model=\"sigmoid\",version=\"1\"} 20.0001\n");
  }

  @Test
  void requestsThatSharedAnExecutionAreCountedOncePerExecution() {
    expose("sigmoid").executed(3, 24, 400_000);

    assertThat(scrape())
        .contains(
            "verhulst_execution_requests_bucket{model=\"sigmoid\",version=\"1\",le=\"2.0\"} 0\n")
        .contains(
            "verhulst_execution_requests_bucket{model=\"sigmoid\",version=\"1\",le=\"4.0\"} 1\n")
        .contains("verhulst_execution_requests_sum{model=\"sigmoid\",version=\"1\"} 3.0\n");
  }

  @Test
  void everyKindOfErrorHasItsReason() {
    ModelMetrics sigmoid = expose("sigmoid");
    for (ErrorKind kind : ErrorKind.values()) {
      sigmoid.failure(kind, 0);
    }

    assertThat(scrape())
        .contains("reason=\"CANCELED\",version=\"1\"} 1.0\n")
        .contains("reason=\"REJECTED\",version=\"1\"} 2.0\n")
        .contains("reason=\"BACKEND\",version=\"1\"} 1.0\n")
        .contains("reason=\"OTHER\",version=\"1\"} 7.0\n");
  }

  @Test
  void aRejectionHasItsReason() {
    ModelMetrics sigmoid = expose("sigmoid");
    for (Rejection reason : Rejection.values()) {
      sigmoid.failure(InferenceException.unavailable(reason, "", Duration.ZERO), 0);
    }
    sigmoid.failure(new InferenceException(ErrorKind.TIMEOUT, ""), 0);
    sigmoid.failure(InferenceException.invalidArgument(""), 0);

    assertThat(scrape())
        .contains(
            "verhulst_rejections{model=\"sigmoid\",reason=\"queue_full\",version=\"1\"} 1.0\n")
        .contains("reason=\"no_memory\",version=\"1\"} 1.0\n")
        .contains("reason=\"stopping\",version=\"1\"} 1.0\n")
        .contains("reason=\"device_failed\",version=\"1\"} 1.0\n")
        .contains("reason=\"timed_out\",version=\"1\"} 2.0\n")
        .contains("reason=\"REJECTED\",version=\"1\"} 6.0\n")
        .contains("reason=\"OTHER\",version=\"1\"} 1.0\n");
  }

  @Test
  void whatNoModelCountsHasItsProtocolAndReason() {
    RefusedRequests refused = metrics.refused();
    for (ErrorKind kind : ErrorKind.values()) {
      refused.count(Protocol.HTTP, new InferenceException(kind, ""));
    }
    for (Rejection reason : Rejection.values()) {
      refused.count(Protocol.GRPC, InferenceException.unavailable(reason, "", Duration.ZERO));
    }

    assertThat(scrape())
        .contains("verhulst_refused_requests{protocol=\"http\",reason=\"unknown_model\"} 1.0\n")
        .contains("verhulst_refused_requests{protocol=\"http\",reason=\"timed_out\"} 1.0\n")
        .contains("verhulst_refused_requests{protocol=\"grpc\",reason=\"no_memory\"} 1.0\n")
        .contains("verhulst_refused_requests{protocol=\"grpc\",reason=\"not_found\"} 0.0\n")
        .doesNotContain("cancelled");
  }

  @Test
  void everyPhaseHasItsHistogram() {
    nanoTime.set(100_000_000);
    expose("sigmoid")
        .success(new BatchTimings(10_000_000, 12_000_000, 42_000_000, 1), 1, 0, 400_000, 7_000_000);

    assertThat(scrape())
        .contains(bucket("compute_input", "2.5E-4", 0), bucket("compute_input", "5.0E-4", 1))
        .contains(bucket("queue", "0.001", 0), bucket("queue", "0.0025", 1))
        .contains(bucket("compute_infer", "0.025", 0), bucket("compute_infer", "0.05", 1))
        .contains(bucket("compute_output", "0.005", 0), bucket("compute_output", "0.01", 1))
        .contains(bucket("compute_output", "10.0", 1), bucket("compute_output", "+Inf", 1));
  }

  private static String bucket(String phase, String bound, int count) {
    return "verhulst_phase_duration_seconds_bucket{model=\"sigmoid\",phase=\"%s\",version=\"1\",le=\"%s\"} %d\n"
        .formatted(phase, bound, count);
  }

  @Test
  void batchItemsAreCountedOncePerExecution() {
    expose("sigmoid").executed(3, 24, 400_000);

    assertThat(scrape())
        .contains(
            "verhulst_execution_batch_size_bucket{model=\"sigmoid\",version=\"1\",le=\"16.0\"} 0\n")
        .contains(
            "verhulst_execution_batch_size_bucket{model=\"sigmoid\",version=\"1\",le=\"32.0\"} 1\n");
  }

  @Test
  void statisticsAddUp() {
    ModelMetrics sigmoid = expose("sigmoid");
    nanoTime.set(1_000_000);
    sigmoid.executed(2, 24, 400_000);
    BatchTimings timings = new BatchTimings(200_000, 300_000, 700_000, 24);
    sigmoid.success(timings, 8, 100_000, 50_000, 20_000);
    sigmoid.success(timings, 16, 150_000, 30_000, 10_000);
    sigmoid.executed(1, 4, 90_000);
    sigmoid.failure(ErrorKind.TIMEOUT, 600_000);

    ModelStatistics statistics = sigmoid.statistics();
    assertThat(statistics.lastInference()).isEqualTo(1_700_000_000_000L);
    assertThat(statistics.inferenceCount()).isEqualTo(24);
    assertThat(statistics.executionCount()).isEqualTo(2);
    assertThat(statistics.success()).isEqualTo(new Total(2, 1_750_000));
    assertThat(statistics.failure()).isEqualTo(new Total(1, 400_000));
    assertThat(statistics.queue()).isEqualTo(new Total(2, 200_000));
    assertThat(statistics.computeInput()).isEqualTo(new Total(2, 80_000));
    assertThat(statistics.computeInfer()).isEqualTo(new Total(2, 800_000));
    assertThat(statistics.computeOutput()).isEqualTo(new Total(2, 30_000));
    assertThat(statistics.batches())
        .containsExactly(
            new Batch(4, new Total(1, 0), new Total(1, 90_000), new Total(1, 0)),
            new Batch(24, new Total(1, 80_000), new Total(1, 400_000), new Total(1, 30_000)));
  }

  @Test
  void batchSizesAreKeptApartUpToANumber() {
    ModelMetrics sigmoid = expose("sigmoid");
    for (int batchSize = 1; batchSize <= 5000; batchSize++) {
      sigmoid.executed(1, batchSize, 1);
    }
    List<Batch> batches = sigmoid.statistics().batches();
    assertThat(batches).hasSizeLessThan(320);
    assertThat(batches.stream().mapToLong(batch -> batch.computeInfer().count()).sum())
        .isEqualTo(5000);
    assertThat(batches.getLast()).isEqualTo(batch(8192, 5000 - 4096));
    assertThat(batches).contains(batch(256, 1), batch(512, 256));
  }

  @Test
  void theVersionsOfAModelAreCountedApartAndAnewWhenOneIsReplaced() {
    metrics.expose(new ModelVersion("elu", "10"), metrics.create());
    metrics.expose(new ModelVersion("elu", "9"), metrics.create());
    ModelMetrics old = metrics.create();
    metrics.expose(new ModelVersion("elu", "10"), old);
    old.executed(1, 1, 1);
    assertThat(scrape())
        .contains(
            "nv_inference_exec_count{model=\"elu\",version=\"9\"} 0.0\n",
            "nv_inference_exec_count{model=\"elu\",version=\"10\"} 1.0\n");

    metrics.expose(new ModelVersion("elu", "10"), metrics.create());
    metrics.conceal(new ModelVersion("elu", "9"));
    assertThat(scrape())
        .contains("nv_inference_exec_count{model=\"elu\",version=\"10\"} 0.0\n")
        .doesNotContain("version=\"9\"");
  }

  private ModelMetrics expose(String model) {
    ModelMetrics created = metrics.create();
    metrics.expose(new ModelVersion(model, "1"), created);
    return created;
  }

  private static Batch batch(long batchSize, long count) {
    return new Batch(batchSize, new Total(count, 0), new Total(count, count), new Total(count, 0));
  }

  private String scrape() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create().write(out, registry.scrape());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}

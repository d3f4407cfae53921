package dev.verhulst.service.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.service.batching.BatchTimings;
import dev.verhulst.service.inference.ErrorKind;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class InferenceCollectorTest {

  private final AtomicLong nanoTime = new AtomicLong();
  private final InferenceMetrics metrics = new InferenceMetrics(nanoTime::get);
  private final PrometheusRegistry registry = new PrometheusRegistry();

  InferenceCollectorTest() {
    registry.register(new InferenceCollector(metrics, model -> model.equals("sigmoid") ? 7 : 0));
  }

  @Test
  void aModelIsExposedAsZerosBeforeItsFirstRequest() {
    metrics.model("relu");

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
    ModelMetrics sigmoid = metrics.model("sigmoid");
    sigmoid.executed(3, 24);
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
    ModelMetrics sigmoid = metrics.model("sigmoid");
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
    metrics.model("sigmoid").executed(3, 24);

    assertThat(scrape())
        .contains(
            "verhulst_execution_requests_bucket{model=\"sigmoid\",version=\"1\",le=\"2.0\"} 0\n")
        .contains(
            "verhulst_execution_requests_bucket{model=\"sigmoid\",version=\"1\",le=\"4.0\"} 1\n")
        .contains("verhulst_execution_requests_sum{model=\"sigmoid\",version=\"1\"} 3.0\n");
  }

  @Test
  void everyKindOfErrorHasItsReason() {
    ModelMetrics sigmoid = metrics.model("sigmoid");
    for (ErrorKind kind : ErrorKind.values()) {
      sigmoid.failure(kind);
    }

    assertThat(scrape())
        .contains("reason=\"CANCELED\",version=\"1\"} 1.0\n")
        .contains("reason=\"REJECTED\",version=\"1\"} 2.0\n")
        .contains("reason=\"BACKEND\",version=\"1\"} 1.0\n")
        .contains("reason=\"OTHER\",version=\"1\"} 4.0\n");
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

package dev.verhulst.service.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.service.inference.ModelVersion;
import dev.verhulst.service.lifecycle.StartException;
import dev.verhulst.service.metrics.InferenceCollector;
import dev.verhulst.service.metrics.InferenceMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ManagementServerTest {

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final ManagementServer server =
      new ManagementServer(
          new ManagementProperties(0, "localhost"),
          Map.of("/metrics", new MetricsHandler(registry)));
  private final HttpClient client = HttpClient.newHttpClient();

  ManagementServerTest() {
    InferenceMetrics metrics = new InferenceMetrics(System::nanoTime, System::currentTimeMillis);
    metrics.expose(new ModelVersion("sigmoid", "1"), metrics.create());
    registry.register(new InferenceCollector(metrics, model -> 3));
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop();
    client.close();
  }

  @Test
  void metricsAreServedAsPrometheusText() throws Exception {
    HttpResponse<String> answer = send("GET", "/metrics", "*/*");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/plain; version=0.0.4");
    assertThat(answer.body())
        .contains("nv_inference_request_success{model=\"sigmoid\",version=\"1\"} 0.0\n")
        .contains("nv_inference_pending_request_count{model=\"sigmoid\",version=\"1\"} 3.0\n");
  }

  @Test
  void metricsAreServedAsOpenMetricsUnderTheSameNames() throws Exception {
    HttpResponse<String> answer =
        send("GET", "/metrics", "application/openmetrics-text; version=1.0.0");

    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/openmetrics-text; version=1.0.0");
    assertThat(answer.body())
        .contains("nv_inference_request_success{model=\"sigmoid\",version=\"1\"} 0.0\n")
        .endsWith("# EOF\n");
  }

  @Test
  void anotherPathIsNotFoundAndAnotherMethodNotAllowed() throws Exception {
    for (String path : List.of("/", "/nothing", "/metrics/more")) {
      HttpResponse<String> answer = send("GET", path, "*/*");
      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(answer.body())
          .isEqualTo("{\"error\":\"Not Found; there are /health and /metrics\"}");
    }
    assertThat(send("HEAD", "/", "*/*").statusCode()).isEqualTo(404);
    assertThat(send("POST", "/metrics", "*/*").statusCode()).isEqualTo(405);
    assertThat(send("HEAD", "/metrics", "*/*").body()).isEmpty();
  }

  @Test
  void aPortInUseIsSaidInOneLine() throws IOException {
    try (ServerSocket holder = new ServerSocket(0)) {
      ManagementServer second =
          new ManagementServer(new ManagementProperties(holder.getLocalPort(), null), Map.of());

      assertThatThrownBy(second::start)
          .isInstanceOf(StartException.class)
          .hasMessageStartingWith("management port " + holder.getLocalPort())
          .hasMessageContaining("--management.server.port");
      assertThat(second.isRunning()).isFalse();
    }
  }

  private HttpResponse<String> send(String method, String path, String accept)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .header("Accept", accept)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}

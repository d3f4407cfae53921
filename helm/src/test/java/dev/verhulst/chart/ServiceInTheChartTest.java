package dev.verhulst.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the chart says of the service is true of the service, which runs with the chart's settings.
 */
class ServiceInTheChartTest {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** Prometheus' own, and those that the rules record. */
  private static final Set<String> OTHER_METRICS = Set.of("up");

  @TempDir private static Path directory;
  private static Manifest manifest = new Manifest(List.of());
  private static RunningService service;

  @BeforeAll
  static void start() throws Exception {
    manifest = Chart.CURRENT.render(Installation.SETTINGS.yaml());
    service = RunningService.start(manifest, directory).awaitPorts();
    awaitOk(service.port("http"), "/v2/health/ready");
    assertThat(post("/v2/models/sigmoid/infer")).contains("0.5");
  }

  @AfterAll
  static void stop() {
    service.close();
    HTTP.close();
  }

  @Test
  void itTakesTheSettings() throws Exception {
    assertThat(get(service.port("http"), "/v2/models/sigmoid/config").body())
        .contains("200")
        .contains("64");
  }

  @Test
  void itsProbesAreAnswered() throws Exception {
    for (Installation installation : List.of(Installation.DEFAULT, Installation.MUTUAL_TLS)) {
      JsonNode container = Chart.CURRENT.render(installation.yaml()).container();
      for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
        JsonNode question = container.at("/" + probe + "/httpGet");
        if (question.isObject()) {
          int port = service.port(question.at("/port").asText());
          assertThat(get(port, question.at("/path").asText()).statusCode())
              .as(installation + " " + probe)
              .isEqualTo(200);
        }
      }
    }
  }

  @Test
  void itListensOnTheContainersPortsUnlessToldOtherwise() throws IOException {
    String application;
    try (var in = getClass().getResourceAsStream("/application.yml")) {
      application = new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
    JsonNode defaults = Manifest.parse(application).objects().getFirst();
    JsonNode ports = manifest.container().at("/ports");
    assertThat(ports.findValues("containerPort"))
        .containsExactly(
            defaults.at("/server/port"),
            defaults.at("/spring/grpc/server/port"),
            defaults.at("/management/server/port"));
    assertThat(ports.findValuesAsText("name")).containsExactly("http", "grpc", "metrics");
  }

  @Test
  void itHasTheMetricsThatTheRulesAskFor() throws Exception {
    Manifest monitored = Chart.CURRENT.render(Installation.EVERYTHING.yaml());
    JsonNode endpoint = monitored.only("ServiceMonitor").at("/spec/endpoints/0");
    String metrics =
        get(service.port(endpoint.at("/port").asText()), endpoint.at("/path").asText()).body();
    Set<String> names = match(metrics, "(?m)^([a-zA-Z_:][a-zA-Z0-9_:]*)[{ ]");
    List<String> expressions =
        new java.util.ArrayList<>(monitored.only("PrometheusRule").findValuesAsText("expr"));
    expressions.addAll(
        Chart.CURRENT
            .render(Installation.KEDA.yaml())
            .only("ScaledObject")
            .findValuesAsText("query"));
    assertThat(expressions).hasSizeGreaterThan(8);
    for (String expression : expressions) {
      Set<String> asked = match(expression, "([a-zA-Z_:][a-zA-Z0-9_:]*)\\{");
      asked.removeAll(OTHER_METRICS);
      assertThat(names).as(expression).containsAll(asked);
      for (String label : match(expression, "(?:\\{|, )([a-z]+=\"[A-Z]+\")")) {
        assertThat(metrics).as(expression).contains(label);
      }
    }
    JsonNode autoscaler = monitored.only("HorizontalPodAutoscaler");
    assertThat(monitored.only("PrometheusRule").findValuesAsText("record"))
        .containsExactlyElementsOf(
            autoscaler.at("/spec/metrics").findValues("pods").stream()
                .map(pods -> pods.at("/metric/name").asText())
                .toList());
  }

  @Test
  void thePodOfHelmTestIsContent(@TempDir Path empty) throws Exception {
    JsonNode pod = TestPod.render(Installation.SETTINGS.yaml(), empty);
    KubernetesApi.check(pod);
    JsonNode container = pod.at("/spec/containers/0");
    assertThat(run(container, service.port("http"))).isZero();
    // The management port knows no models.
    assertThat(run(container, service.port("metrics"))).isNotZero();
  }

  @Test
  void aSettingThatTheServiceDoesNotKnowStopsIt(@TempDir Path other) throws Exception {
    Manifest misspelt =
        Manifest.parse(
            """
            kind: ConfigMap
            data: {application.yml: "verhulst: {batching: {max-queue-sise: 1}}"}
            """);
    List<JsonNode> objects = List.of(misspelt.only("ConfigMap"), manifest.only("Deployment"));
    try (RunningService refusing = RunningService.start(new Manifest(objects), other)) {
      assertThat(refusing.exitCode()).isEqualTo(1);
      assertThat(refusing.output()).contains("verhulst.batching.max-queue-sise");
    }
  }

  private static int run(JsonNode container, int port) throws Exception {
    List<String> command =
        java.util.stream.Stream.of("command", "args")
            .flatMap(name -> container.at("/" + name).valueStream())
            .map(JsonNode::asText)
            .collect(Collectors.toList());
    Path output = Files.createTempFile(directory, "test", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().put("HOST", "localhost");
    builder.environment().put("PORT", Integer.toString(port));
    Process process = builder.start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private static Set<String> match(String text, String pattern) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  private static HttpResponse<String> get(int port, String path) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static String post(String path) throws Exception {
    return HTTP.send(
            HttpRequest.newBuilder(URI.create("http://localhost:" + service.port("http") + path))
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[0]}]}"))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static void awaitOk(int port, String path) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (get(port, path).statusCode() != 200) {
      assertThat(System.nanoTime()).as("ready in time").isLessThan(deadline);
      RunningService.pause();
    }
  }
}

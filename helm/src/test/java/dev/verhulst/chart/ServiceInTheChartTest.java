package dev.verhulst.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the chart says of the service is true of the service, which runs with the chart's settings.
 */
class ServiceInTheChartTest {

  private static final String VALUES = Installation.SETTINGS_MODELS_AND_API_KEYS.yaml();
  private static final String KEY = "0123456789abcdef";

  /** Prometheus' own, and those that the rules record. */
  private static final Set<String> OTHER_METRICS = Set.of("up");

  @TempDir private static Path directory;
  private static Manifest manifest = new Manifest(List.of());
  private static RunningService service;

  @BeforeAll
  static void start() throws Exception {
    manifest = Chart.CURRENT.render(VALUES);
    Files.writeString(
        Files.createDirectory(directory.resolve("keys")).resolve("reports"), KEY + "\n");
    service =
        RunningService.start(manifest, directory, "--verhulst.model-repository=" + mountModels())
            .awaitReady();
    assertThat(service.infer("sigmoid", 0, "Authorization", "Bearer " + KEY)).contains("[0.5]");
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void itTakesTheSettings() throws Exception {
    String metrics = service.get("metrics", "/metrics").body();
    assertThat(metrics).containsPattern("verhulst_memory_budget_bytes 2\\.68435456E8");
  }

  /** What the running service does not show: those of the other installations. */
  @ParameterizedTest
  @EnumSource
  void everySettingOfTheChartIsTheServices(Installation installation) {
    JsonNode settings =
        Manifest.parse(Chart.CURRENT.render(installation.yaml()).application())
            .objects()
            .getFirst()
            .at("/verhulst");
    assertThat(settings.isObject()).isTrue();
    expectKnown(settings, SettingsSchema.generate(), "verhulst");
  }

  private static void expectKnown(JsonNode settings, JsonNode schema, String path) {
    settings
        .properties()
        .forEach(
            each -> {
              JsonNode known =
                  schema.has("properties")
                      ? schema.at("/properties").path(each.getKey())
                      : schema.at("/additionalProperties");
              assertThat(known.isObject()).as(path + "." + each.getKey()).isTrue();
              expectKnown(each.getValue(), known, path + "." + each.getKey());
            });
  }

  @Test
  void itsProbesAreAnswered() throws Exception {
    for (Installation installation : List.of(Installation.DEFAULT, Installation.MUTUAL_TLS)) {
      JsonNode container = Chart.CURRENT.render(installation.yaml()).container();
      for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
        JsonNode question = container.at("/" + probe + "/httpGet");
        if (question.isObject()) {
          String port = question.at("/port").asText();
          assertThat(service.get(port, question.at("/path").asText()).statusCode())
              .as(installation + " " + probe)
              .isEqualTo(200);
        }
      }
    }
  }

  @Test
  void itListensOnTheContainersPortsUnlessToldOtherwise() throws IOException {
    JsonNode defaults = ServiceDefaults.read();
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
        service.get(endpoint.at("/port").asText(), endpoint.at("/path").asText()).body();
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
  void itServesTheModelsOfTheValues() throws Exception {
    assertThat(service.infer("steep_leaky", -2, "Authorization", "Bearer " + KEY))
        .contains("[-0.5]");
    assertThat(service.infer("gate", 0, "Authorization", "Bearer " + KEY)).contains("\"data\":[0");
  }

  @Test
  void itAsksForTheKeysOfTheSecret(@TempDir Path empty) throws Exception {
    JsonNode pod = TestPod.render(VALUES, empty);
    KubernetesApi.check(pod);
    assertThat(service.infer("sigmoid", 0)).contains("API key");
    assertThat(TestPod.run(pod, directory, service)).isZero();
    Path stranger = Files.createDirectory(empty.resolve("keys")).resolve("reports");
    Files.writeString(stranger, KEY.repeat(2));
    assertThat(TestPod.run(pod, empty, service)).isNotZero();
  }

  /** The models of the values, laid out as Kubernetes mounts a ConfigMap: through hidden links. */
  private static Path mountModels() throws IOException {
    Path models = Files.createDirectory(directory.resolve("models"));
    Path hidden = Files.createDirectory(models.resolve("..2026_11_24"));
    Files.createSymbolicLink(models.resolve("..data"), hidden.getFileName());
    JsonNode data =
        manifest.objects().stream()
            .filter(each -> Manifest.describe(each).equals("ConfigMap demo-verhulst-models"))
            .findFirst()
            .orElseThrow()
            .at("/data");
    JsonNode volumes = manifest.only("Deployment").at("/spec/template/spec/volumes");
    for (JsonNode item : volumes.findValue("items")) {
      Path file = hidden.resolve(item.at("/path").asText());
      Files.createDirectories(file.getParent());
      Files.writeString(file, data.get(item.at("/key").asText()).asText());
      Path name = hidden.relativize(file).getName(0);
      Files.createSymbolicLink(models.resolve(name), Path.of("..data").resolve(name));
    }
    return models;
  }

  private static Set<String> match(String text, String pattern) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }
}

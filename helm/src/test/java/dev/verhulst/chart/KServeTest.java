package dev.verhulst.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files for KServe: it takes them, and the service does what they say. */
class KServeTest {

  private static final String RUNTIME = "cluster-serving-runtime.yaml";
  private static final String OVER_HTTP = "inference-service.yaml";
  private static final String OVER_GRPC = "inference-service-grpc.yaml";

  @ParameterizedTest
  @ValueSource(strings = {RUNTIME, OVER_HTTP, OVER_GRPC})
  void kserveTakesIt(String file) throws IOException {
    assertThatCode(() -> KubernetesApi.check(read(file))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        RUNTIME + " /spec autoSelect true",
        RUNTIME + " /spec/containers/0 arguments none",
        RUNTIME + " /spec/supportedModelFormats/0 versions 1",
        OVER_HTTP + " /spec/predictor minReplica 1",
        OVER_HTTP + " /spec/predictor maxReplicas many",
        OVER_HTTP + " /spec/predictor/model storageUrl pvc://models",
        OVER_HTTP + " /spec/predictor/model protocolVersion v3",
        OVER_GRPC + " /spec/predictor/model/ports/0 port 9000",
      })
  void itRefusesWhatIsNotInItsDefinitions(String change) throws IOException {
    String[] words = change.split(" ");
    JsonNode object = read(words[0]);
    ((ObjectNode) object.at(words[1])).put(words[2], words[3]);
    assertThatThrownBy(() -> KubernetesApi.check(object))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theRuntimeIsChosenForTheExamples() throws IOException {
    JsonNode runtime = read(RUNTIME).at("/spec");
    assertThat(runtime.at("/supportedModelFormats/0/autoSelect").asBoolean()).isTrue();
    List<String> protocols =
        runtime.at("/protocolVersions").valueStream().map(JsonNode::asText).toList();
    for (String example : List.of(OVER_HTTP, OVER_GRPC)) {
      JsonNode model = read(example).at("/spec/predictor/model");
      assertThat(model.at("/modelFormat/name"))
          .isEqualTo(runtime.at("/supportedModelFormats/0/name"));
      assertThat(protocols).contains(model.at("/protocolVersion").asText());
    }
    // KServe looks for the container by this name, and calls it on this port where it has none.
    JsonNode container = runtime.at("/containers/0");
    assertThat(container.at("/name").asText()).isEqualTo("kserve-container");
    assertThat(arguments(container)).contains("--server.port=8080");
    assertThat(container.findValuesAsText("port")).containsOnly("8080");
    JsonNode grpc = read(OVER_GRPC).at("/spec/predictor/model/ports/0/containerPort");
    assertThat(arguments(container)).contains("--spring.grpc.server.port=" + grpc.asText());
  }

  /** Kubernetes waits for 30 s where nothing else is said, as in the examples. */
  @Test
  void theServiceEndsInTheTimeThatKubernetesLeavesIt() throws IOException {
    JsonNode spring = ServiceDefaults.read().at("/spring");
    assertThat(seconds(spring.at("/lifecycle/timeout-per-shutdown-phase"))).isLessThan(30);
    assertThat(seconds(spring.at("/grpc/server/shutdown/grace-period"))).isLessThan(30);
    for (String example : List.of(OVER_HTTP, OVER_GRPC)) {
      assertThat(read(example).at("/spec/predictor/terminationGracePeriodSeconds").isMissingNode())
          .isTrue();
    }
  }

  /** The model's directory as KServe mounts it, and the arguments as KServe fills them in. */
  @Test
  void theServiceServesTheModelThatKServeMounts(@TempDir Path directory) throws Exception {
    JsonNode example = read(OVER_HTTP);
    String name = example.at("/metadata/name").asText();
    Path models = Files.createDirectory(directory.resolve("models"));
    Files.writeString(
        models.resolve("config.yaml"), "{operator: leaky_relu, parameters: {alpha: 0.25}}");
    String[] arguments =
        arguments(read(RUNTIME).at("/spec/containers/0")).stream()
            .filter(argument -> !argument.contains("port="))
            .map(argument -> argument.replace("/mnt/models", models.toString()))
            .map(argument -> argument.replace("{{.Name}}", name))
            .toArray(String[]::new);
    try (RunningService service =
        RunningService.start(Chart.CURRENT.render(""), directory, arguments).awaitReady()) {
      assertThat(service.infer(name, -2)).contains("-0.5");
    }
  }

  private static int seconds(JsonNode duration) {
    return Integer.parseInt(duration.asText().replace("s", ""));
  }

  private static List<String> arguments(JsonNode container) {
    return container.at("/args").valueStream().map(JsonNode::asText).toList();
  }

  private static JsonNode read(String file) throws IOException {
    return Manifest.parse(Files.readString(Path.of("kserve", file))).objects().getFirst();
  }
}

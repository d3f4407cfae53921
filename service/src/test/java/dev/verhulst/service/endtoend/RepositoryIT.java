package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.client.VerhulstClient;
import dev.verhulst.client.error.InvalidRequestException;
import dev.verhulst.client.error.NotFoundException;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.metadata.ModelStatistics;
import dev.verhulst.client.metadata.RepositoryEntry;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The models of a directory, over both protocols. */
class RepositoryIT {

  private static final String SLOPE = "{operator: leaky_relu, parameters: {alpha: %s}}";

  @TempDir static Path root;
  private static ServiceProcess service;
  private VerhulstClient client;

  @BeforeAll
  static void start() {
    ModelFiles files =
        new ModelFiles(root)
            .model("broken", "{operator: leaky_relu, parameters: {alfa: 0.5}}")
            .model("half", SLOPE.formatted(0.5))
            .model("sigmoid", "operator: elu")
            .model("newest", SLOPE.formatted(0.5), 2, 9, 10)
            .model("two", "{operator: leaky_relu, version_policy: {latest: 2}}", 2, 9, 10)
            .model("one", "{operator: leaky_relu, version_policy: {specific: [9]}}", 2, 9, 10)
            .model("every", "{operator: leaky_relu, version_policy: all}", 2, 9, 10)
            .model("every/9", "parameters: {alpha: 0.5}")
            .model("say \"hi\"", SLOPE.formatted(0.5))
            .model("small", "{operator: elu, batching: {max_batch_size: 2}}");
    service = ServiceProcess.start(files.setting());
  }

  @AfterAll
  static void stop() {
    service.assertNoOpenLease();
    service.close();
  }

  @BeforeEach
  void connect() {
    client = VerhulstClient.connect(service.url());
  }

  private void connect(String protocol) {
    if (protocol.equals("grpc")) {
      client.close();
      client = VerhulstClient.connect("grpc://localhost:" + service.grpcPort());
    }
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "grpc"})
  void aNameMayHaveWhatJsonEscapes(String protocol) {
    connect(protocol);
    InferenceRequest request =
        InferenceRequest.builder("say \"hi\"").input("x", Tensor.of(new float[] {-2})).build();
    assertThat(client.infer(request).modelName()).isEqualTo("say \"hi\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "grpc"})
  void anActivationWithAnAlphaOfItsOwnHasANameOfItsOwn(String protocol) {
    connect(protocol);
    assertThat(apply(request("half"))).isEqualTo(-1);
    assertThat(apply(request("half").parameter("alpha", 0.25))).isEqualTo(-0.5f);
    assertThat(apply(request("leaky_relu"))).as("built in").isEqualTo(-0.02f);
    assertThat(client.isModelReady("half")).isTrue();
    assertThat(client.modelMetadata("half").versions()).containsExactly("1");
    assertThat(client.serverMetadata().extensions()).contains("model_repository");
    assertThat(client.modelConfiguration("small").maximumBatchSize()).isEqualTo(2);
    assertThatThrownBy(
            () ->
                client.infer(
                    InferenceRequest.builder("small")
                        .input("x", Tensor.of(new float[3], 3))
                        .build()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("batch-size must be <= 2 for 'small'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "grpc"})
  void aBrokenModelStandsBesideGoodOnesAndTheIndexSaysWhy(String protocol) {
    connect(protocol);
    assertThat(client.isReady()).as("ready: it is not strict").isTrue();
    String unknown = "version 1: unknown parameter 'alfa' for model 'leaky_relu'; it takes alpha";
    assertThat(client.repositoryIndex())
        .contains(
            new RepositoryEntry("broken", "", "UNAVAILABLE", unknown),
            new RepositoryEntry("half", "1", "READY", ""),
            new RepositoryEntry("tanh", "1", "READY", ""))
        .anySatisfy(
            entry -> {
              assertThat(entry.name()).isEqualTo("sigmoid");
              assertThat(entry.reason()).startsWith("a built-in model has that name");
            });
    assertThat(client.repositoryIndex(true))
        .allMatch(RepositoryEntry::isReady)
        .extracting(RepositoryEntry::name)
        .contains("half", "sigmoid")
        .doesNotContain("broken");
    assertThatThrownBy(() -> client.loadModel("broken"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("failed to load 'broken': " + unknown);
    assertThat(client.sigmoid(new float[] {0})).containsExactly(0.5f);
    assertThatThrownBy(() -> apply(request("broken")))
        .hasMessageContaining("'broken' is not found");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "grpc"})
  void theVersionPolicyChoosesAndTheNewestServesWhereNoneIsNamed(String protocol) {
    connect(protocol);
    assertThat(client.modelMetadata("newest").versions()).containsExactly("10");
    assertThat(client.modelMetadata("two").versions()).containsExactly("9", "10");
    assertThat(client.modelMetadata("one").versions()).containsExactly("9");
    assertThat(client.modelMetadata("every").versions()).containsExactly("2", "9", "10");

    assertThat(client.infer(request("every").build()).modelVersion()).isEqualTo("10");
    assertThat(client.infer(request("every").version("2").build()).modelVersion()).isEqualTo("2");
    assertThat(apply(request("every").version("9"))).isEqualTo(-1);
    assertThat(apply(request("every").version("10"))).isEqualTo(-0.02f);
    assertThatThrownBy(() -> apply(request("one").version("10")))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("'one' version 10 is not found; its only version is 9");
    assertThat(client.statistics("every"))
        .extracting(ModelStatistics::version)
        .containsExactly("2", "9", "10");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "grpc"})
  void aReloadBringsNewParametersAndNewCountsAndOneThatFailsBringsNothing(String protocol) {
    connect(protocol);
    ModelFiles files = new ModelFiles(root).model(protocol, SLOPE.formatted(0.5));
    client.loadModel(protocol);
    assertThat(apply(request(protocol))).isEqualTo(-1);
    assertThat(successes(protocol)).isEqualTo(1);
    assertThat(exposedSuccesses(protocol)).isEqualTo(1);

    files.model(protocol, SLOPE.formatted("steep"));
    assertThatThrownBy(() -> client.loadModel(protocol))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("must be a finite number, got 'steep'");
    assertThat(apply(request(protocol))).as("the old one serves on").isEqualTo(-1);
    assertThat(successes(protocol)).isEqualTo(2);

    files.model(protocol, SLOPE.formatted(0.25), 7);
    client.loadModel(protocol);
    assertThat(apply(request(protocol))).isEqualTo(-0.5f);
    assertThat(successes(protocol)).as("counted anew").isEqualTo(1);
    assertThat(exposedSuccesses(protocol)).isEqualTo(1);
    assertThat(client.modelMetadata(protocol).versions()).containsExactly("7");

    client.loadModel(protocol, "{\"operator\": \"leaky_relu\", \"parameters\": {\"alpha\": 2}}");
    assertThat(apply(request(protocol))).isEqualTo(-4);

    client.unloadModel(protocol, true);
    assertThat(client.repositoryIndex())
        .contains(new RepositoryEntry(protocol, "7", "UNAVAILABLE", "unloaded"));
    assertThat(client.isModelReady(protocol)).isFalse();
    assertThat(exposedSuccesses(protocol)).isZero();
    assertThatThrownBy(() -> apply(request(protocol))).hasMessageContaining("is not found");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "grpc"})
  void whatIsBuiltInStaysAndWhatIsNotThereIsSaid(String protocol) {
    connect(protocol);
    assertThatThrownBy(() -> client.unloadModel("tanh"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("failed to unload 'tanh': it is built in, and always there");
    assertThatThrownBy(() -> client.loadModel("nobody"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("the model repository has no directory 'nobody'");
    assertThatThrownBy(() -> client.loadModel("half", "operator"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("the request's configuration: expected keys and values");
    assertThat(apply(request("half"))).isEqualTo(-1);
  }

  private long successes(String model) {
    return client.statistics(model).getFirst().success().count();
  }

  private static double exposedSuccesses(String model) {
    return service.metrics().sum("nv_inference_request_success", "model=\"" + model + "\"");
  }

  private static InferenceRequest.Builder request(String model) {
    return InferenceRequest.builder(model).input("x", Tensor.of(new float[] {-2}, 1));
  }

  private float apply(InferenceRequest.Builder request) {
    return client.infer(request.build()).output("y").toFloats()[0];
  }
}

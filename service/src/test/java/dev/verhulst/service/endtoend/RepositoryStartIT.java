package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.client.VerhulstClient;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.Tensor;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the start where the model repository is not a directory of good models. */
class RepositoryStartIT {

  @TempDir Path root;

  @Test
  void aStrictServerIsLiveButNotReadyUntilEveryModelIsThere() {
    ModelFiles files =
        new ModelFiles(root).model("good", "operator: elu").model("bad", "operator: nonsense");
    try (ServiceProcess service =
            ServiceProcess.begin(files.setting(), "--verhulst.strict-readiness=true");
        VerhulstClient http = VerhulstClient.connect(service.url());
        VerhulstClient grpc = VerhulstClient.connect("grpc://localhost:" + service.grpcPort())) {
      service.await("the good model to be ready", () -> http.isModelReady("good"));
      assertThat(http.isLive()).isTrue();
      assertThat(http.isReady()).isFalse();
      assertThat(grpc.isReady()).isFalse();
      assertThat(grpc.isModelReady("good")).isTrue();
      assertThat(http.sigmoid(new float[] {0})).containsExactly(0.5f);

      files.model("bad", "operator: softplus");
      http.loadModel("bad");
      assertThat(http.isReady()).isTrue();
      assertThat(grpc.isReady()).isTrue();
    }
  }

  @Test
  void aDirectoryThatIsNotThereIsSaidInOneLine() {
    Path nowhere = root.resolve("nowhere");
    try (ServiceProcess service = ServiceProcess.begin("--verhulst.model-repository=" + nowhere)) {
      assertThat(service.exitCode()).isNotZero();
      String output = service.output();
      assertThat(output.lines().filter(line -> line.contains("cannot start")))
          .as(output)
          .singleElement()
          .asString()
          .contains("verhulst.model-repository is " + nowhere);
      assertThat(output).doesNotContain("\tat ");
    }
  }

  /** As KServe mounts a model: the directory that it mounts holds the model itself. */
  @Test
  void aDirectoryThatIsAModelIsServedUnderTheNameThatIsSetForIt() {
    ModelFiles files =
        new ModelFiles(root).model("models", "{operator: elu, parameters: {alpha: 2}}");
    try (ServiceProcess service =
            ServiceProcess.start(
                new ModelFiles(root.resolve("models")).setting(), "--verhulst.model-name=steep");
        VerhulstClient client = VerhulstClient.connect(service.url())) {
      InferenceRequest request =
          InferenceRequest.builder("steep").input("x", Tensor.of(new float[] {-100}, 1)).build();
      assertThat(client.infer(request).output("y").toFloats()).containsExactly(-2);
      files.model("models", "{operator: elu, parameters: {alpha: 3}}");
      client.loadModel("steep");
      assertThat(client.infer(request).output("y").toFloats()).containsExactly(-3);
    }
  }
}

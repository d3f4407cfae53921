package dev.verhulst.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ContainerConfig;
import dev.verhulst.client.VerhulstClient;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.metadata.RepositoryEntry;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The image as a careful operator runs it: on a read-only root, without capabilities, within a
 * limit of memory.
 */
class VerhulstContainerIT {

  private static final long MEMORY = 768L << 20;
  private static final float[] X = {-100, -2.5f, -1, 0, 0.25f, 1, 30};

  private static VerhulstContainer service;

  @BeforeAll
  static void start() {
    service =
        new VerhulstContainer(ServiceImage.name())
            .withTmpFs(Map.of("/tmp", "rw"))
            .withCreateContainerCmdModifier(
                command ->
                    Objects.requireNonNull(command.getHostConfig())
                        .withReadonlyRootfs(true)
                        .withCapDrop(Capability.ALL)
                        .withMemory(MEMORY)
                        .withMemorySwap(MEMORY));
    service.start();
  }

  @AfterAll
  static void stop() {
    if (service != null) {
      service.stop();
    }
  }

  @Test
  void everyModelAnswersAlikeOverHttpAndGrpc() {
    try (VerhulstClient http = VerhulstClient.connect(service.httpUrl());
        VerhulstClient grpc = VerhulstClient.connect(service.grpcUrl())) {
      List<String> models =
          http.repositoryIndex().stream().map(RepositoryEntry::name).distinct().toList();
      assertThat(models)
          .contains("sigmoid", "log_sigmoid", "bce_with_logits")
          .hasSizeGreaterThan(15);
      for (String model : models) {
        InferenceRequest request = request(model);
        Tensor answer = http.infer(request).output();
        assertThat(answer.elements()).as(model).isPositive();
        assertThat(grpc.infer(request).output().toFloats()).as(model).isEqualTo(answer.toFloats());
      }
    }
  }

  private static InferenceRequest request(String model) {
    InferenceRequest.Builder request = InferenceRequest.builder(model);
    switch (model) {
      case "bce_with_logits" ->
          request
              .input("logits", Tensor.of(X, X.length))
              .input("target", Tensor.of(new float[X.length], X.length));
      case "prelu" ->
          request
              .input("x", Tensor.of(X, X.length))
              .input("slope", Tensor.of(new float[X.length], X.length));
      default -> request.input("x", Tensor.of(X, X.length));
    }
    return request.build();
  }

  @Test
  void itsAnswersAreTheDefinitions() {
    try (VerhulstClient client = VerhulstClient.connect(service.grpcUrl())) {
      float[] y = client.sigmoid(X);
      for (int i = 0; i < X.length; i++) {
        assertThat((double) y[i]).isCloseTo(1 / (1 + Math.exp(-X[i])), within(1e-7));
      }
      assertThat(client.binaryCrossEntropyWithLogits(new float[] {2}, new float[] {1}))
          .isCloseTo((float) Math.log1p(Math.exp(-2)), within(1e-6f));
    }
  }

  @Test
  void itRunsAsAnOrdinaryUserAndCannotWriteItsRoot() throws Exception {
    assertThat(service.execInContainer("id", "-u").getStdout().strip()).isEqualTo("10001");
    assertThat(service.execInContainer("touch", "/verhulst/new").getExitCode()).isNotZero();
  }

  @Test
  void itKeepsToTheContainersMemory() throws Exception {
    // A quarter of the container's memory is for tensors, and 24 of 16 MiB, each with its result,
    // are more.
    float[] large = new float[4 << 20];
    try (VerhulstClient client = VerhulstClient.connect(service.httpUrl())) {
      List<float[]> answers =
          IntStream.range(0, 24).mapToObj(i -> client.async().sigmoid(large)).toList().stream()
              .map(CompletableFuture::join)
              .toList();
      assertThat(answers)
          .allSatisfy(answer -> assertThat(answer[answer.length - 1]).isEqualTo(0.5f));
      assertThat(client.isReady()).isTrue();
    }
    assertThat(service.isRunning()).isTrue();
    assertThat(service.getCurrentContainerInfo().getState().getOOMKilled()).isNotEqualTo(true);
  }

  @Test
  void itsHealthCheckPassesAndItTellsWhatIsInIt() throws Exception {
    ContainerConfig config = service.getContainerInfo().getConfig();
    List<String> check =
        Objects.requireNonNull(Objects.requireNonNull(config.getHealthcheck()).getTest());
    assertThat(check).first().isEqualTo("CMD");
    String[] command = check.subList(1, check.size()).toArray(new String[0]);
    assertThat(service.execInContainer(command).getExitCode()).isZero();

    assertThat(service.execInContainer("cat", "/verhulst/sbom.cdx.json").getStdout())
        .contains("CycloneDX", "pkg:maven/org.jcuda/jcuda");
    assertThat(service.execInContainer("cat", "/verhulst/LICENSE").getStdout())
        .contains("Apache License", "Version 2.0");
    assertThat(config.getLabels()).containsEntry("org.opencontainers.image.licenses", "Apache-2.0");
  }
}

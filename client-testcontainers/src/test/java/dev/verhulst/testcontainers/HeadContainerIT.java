package dev.verhulst.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.verhulst.client.VerhulstClient;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.InferenceResponse;
import dev.verhulst.client.inference.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A container of the image with a directory of models, in which there is a head. */
class HeadContainerIT {

  private static final String HEADER =
      "{\"weight\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]},"
          + "\"bias\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}";

  /** Its owner's alone; the service runs as someone else. */
  @TempDir Path directory;

  @Test
  void aHeadOfADirectoryAnswersAlikeOverHttpAndGrpc() throws IOException {
    Path version = Files.createDirectories(directory.resolve("approval").resolve("1"));
    Files.writeString(version.resolveSibling("config.yaml"), "operator: logistic_head");
    Files.write(version.resolve("model.safetensors"), safeTensors(0.5f, -0.25f, 0.25f));
    try (VerhulstContainer service =
        new VerhulstContainer(ServiceImage.name()).withModelRepository(directory)) {
      service.start();
      InferenceRequest request =
          InferenceRequest.builder("approval")
              .input("x", Tensor.of(new float[] {1, 2, -2, 1}, 2, 2))
              .output("probabilities")
              .output("labels")
              .build();
      for (String url : List.of(service.httpUrl(), service.grpcUrl())) {
        try (VerhulstClient client = VerhulstClient.connect(url)) {
          InferenceResponse answer = client.infer(request);
          float[] probabilities = answer.output("probabilities").toFloats();
          assertThat((double) probabilities[0]).isCloseTo(1 / (1 + Math.exp(-0.25)), within(1e-7));
          assertThat((double) probabilities[1]).isCloseTo(1 / (1 + Math.exp(1)), within(1e-7));
          assertThat(answer.output("labels").toBooleans()).containsExactly(true, false);
        }
      }
    }
  }

  @Test
  void aJobSavesItsHeadInTheDirectory() throws Exception {
    try (VerhulstContainer service =
        new VerhulstContainer(ServiceImage.name())
            .withModelRepository(directory)
            .withSetting("verhulst.jobs.enabled", "true")) {
      service.start();
      try (VerhulstClient client = VerhulstClient.connect(service.httpUrl())) {
        double[][] x = {{0, 1}, {1, 0}, {2, 1}, {3, 0}};
        client.logisticRegression("heart").fit(x, new double[] {0, 1, 0, 1}).await();
      }
      assertThat(service.execInContainer("ls", "/models/heart/1").getStdout())
          .contains("model.safetensors");
    }
  }

  private static byte[] safeTensors(float... numbers) {
    byte[] header = HEADER.getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(Long.BYTES + header.length + numbers.length * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .put(header);
    for (float number : numbers) {
      file.putFloat(number);
    }
    return file.array();
  }
}

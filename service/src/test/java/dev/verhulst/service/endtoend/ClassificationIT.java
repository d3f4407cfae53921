package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.client.VerhulstClient;
import dev.verhulst.client.error.InvalidRequestException;
import dev.verhulst.client.inference.Encoding;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.RequestedOutput;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.protocol.Datatype;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Classes from the packaged service, by the client over HTTP and over gRPC. */
@ExtendWith(SharedService.class)
class ClassificationIT {

  private final ServiceProcess service;

  ClassificationIT(ServiceProcess service) {
    this.service = service;
  }

  private VerhulstClient connect(String protocol) {
    return VerhulstClient.connect(
        protocol.equals("grpc") ? "grpc://localhost:" + service.grpcPort() : service.url());
  }

  private static InferenceRequest request(Encoding encoding, long classes, float... x) {
    return InferenceRequest.builder("sigmoid")
        .encoding(encoding)
        .input("x", Tensor.of(x, 2, x.length / 2))
        .output(new RequestedOutput("y", Map.of("classification", classes), null))
        .build();
  }

  @ParameterizedTest
  @CsvSource({"http, JSON", "http, BINARY", "grpc, BINARY"})
  void everyCallGetsTheClassesOfItsOwnElements(String protocol, Encoding encoding) {
    try (VerhulstClient client = connect(protocol)) {
      for (int i = 0; i < 300; i++) {
        float[] x = {-4, 0, 4, 1, 2, 3};
        x[i % 3] = 100;
        Tensor classes = client.infer(request(encoding, 2, x)).output("y");
        assertThat(classes.datatype()).isEqualTo(Datatype.BYTES);
        assertThat(classes.shape()).containsExactly(2, 2);
        assertThat(classes.toStrings())
            .containsExactly(
                "1.000000:" + i % 3,
                i % 3 == 2 ? "0.500000:1" : "0.982014:2",
                "0.952574:2",
                "0.880797:1");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"http, JSON", "http, BINARY", "grpc, BINARY"})
  void aNumberOfClassesThatCannotBeIsRefused(String protocol, Encoding encoding) {
    try (VerhulstClient client = connect(protocol)) {
      assertThatThrownBy(() -> client.infer(request(encoding, 0, 1, 2)))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("'classification'")
          .hasMessageContaining("must be at least 1, got 0");
      assertThat(client.serverMetadata().extensions()).contains("classification");
    }
  }
}

package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.client.VerhulstClient;
import dev.verhulst.client.error.InvalidRequestException;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.transport.Compression;
import dev.verhulst.service.compression.Compressed;
import dev.verhulst.service.grpc.GrpcClient;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packaged service with clients that compress, as those of other servers do. */
@ExtendWith(SharedService.class)
class CompressionIT {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final ServiceProcess service;

  CompressionIT(ServiceProcess service) {
    this.service = service;
  }

  @AfterAll
  static void closeHttp() {
    HTTP.close();
  }

  @ParameterizedTest
  @CsvSource({
    "identity, gzip",
    "identity, deflate",
    "gzip, identity",
    "gzip, gzip",
    "gzip, deflate",
    "deflate, identity",
    "deflate, gzip",
    "deflate, deflate"
  })
  void requestsAndAnswersOfMegabytes(String sent, String accepted) throws Exception {
    ByteBuffer x = ByteBuffer.allocate(16 << 20).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; x.hasRemaining(); i++) {
      x.putFloat(i % 1_000 / 100f);
    }
    byte[] body =
        switch (sent) {
          case "gzip" -> Compressed.gzip(x.array());
          case "deflate" -> Compressed.zlib(x.array());
          default -> x.array();
        };
    HttpResponse<InputStream> response =
        HTTP.send(
            request("relu")
                .header("Inference-Header-Content-Length", "0")
                .header("Content-Encoding", sent)
                .header("Accept-Encoding", accepted)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build(),
            HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream answer = unpacked(response)) {
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Encoding").orElse("identity"))
          .isEqualTo(accepted);
      int head =
          (int)
              response.headers().firstValueAsLong("Inference-Header-Content-Length").orElseThrow();
      assertThat(new String(answer.readNBytes(head), java.nio.charset.StandardCharsets.UTF_8))
          .startsWith("{\"model_name\":\"relu\"")
          .endsWith("}");
      // None of them is negative: relu gives them back as they were.
      assertThat(answer.readAllBytes()).isEqualTo(x.array());
    }
  }

  private static InputStream unpacked(HttpResponse<InputStream> response) throws Exception {
    return switch (response.headers().firstValue("Content-Encoding").orElse("identity")) {
      case "gzip" -> new GZIPInputStream(response.body());
      case "deflate" -> new InflaterInputStream(response.body());
      default -> response.body();
    };
  }

  private HttpRequest.Builder request(String model) {
    return HttpRequest.newBuilder(URI.create(service.url() + "/v2/models/" + model + "/infer"));
  }

  /** Three gigabytes of zeros in three megabytes. */
  @Test
  void aBombIsRefusedAtTheLimit() throws Exception {
    byte[] megabytes = Compressed.gzip(new byte[64 << 20]);
    java.io.ByteArrayOutputStream bomb = new java.io.ByteArrayOutputStream();
    for (int i = 0; i < 48; i++) {
      bomb.writeBytes(megabytes);
    }
    try (ServiceProcess bounded =
        ServiceProcess.start(
            "--verhulst.http.max-body-size=16MB", "--verhulst.memory.budget=256MB")) {
      HttpResponse<String> response =
          HTTP.send(
              HttpRequest.newBuilder(URI.create(bounded.url() + "/v2/models/sigmoid/infer"))
                  .header("Content-Encoding", "gzip")
                  .POST(HttpRequest.BodyPublishers.ofByteArray(bomb.toByteArray()))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(response.body())
          .startsWith("{\"error\":\"")
          .contains("decompressed, exceeds the limit of 16777216 bytes");
      assertThat(response.statusCode()).isEqualTo(413);
      bounded.assertNoOpenLease();
    }
  }

  @ParameterizedTest
  @CsvSource({"http, GZIP", "http, DEFLATE", "grpc, GZIP"})
  void theSdkCompresses(String scheme, Compression compression) {
    float[] x = new float[1_000_000];
    for (int i = 0; i < x.length; i++) {
      x[i] = i % 1_000 / 100f;
    }
    int port = scheme.equals("http") ? service.port() : service.grpcPort();
    try (VerhulstClient client =
        VerhulstClient.builder(scheme + "://localhost:" + port).compression(compression).build()) {
      assertThat(client.relu(x)).isEqualTo(x);
      assertThatThrownBy(
              () ->
                  client.infer(
                      InferenceRequest.builder("relu").input("z", Tensor.of(new float[1])).build()))
          .isInstanceOf(InvalidRequestException.class);
    }
  }

  @Test
  void messagesOverGrpc() {
    float[] x = new float[2_000_000];
    java.util.Arrays.fill(x, 0.25f);
    try (GrpcClient grpc = new GrpcClient(service.grpcPort())) {
      float[] y =
          GrpcClient.floats(
              grpc.calls().withCompression("gzip").modelInfer(GrpcClient.raw("relu", x).build()));
      assertThat(y).isEqualTo(x);
    }
  }
}

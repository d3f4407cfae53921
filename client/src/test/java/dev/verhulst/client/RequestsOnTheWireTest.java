package dev.verhulst.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.verhulst.client.inference.Encoding;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.RequestedOutput;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.protocol.Datatype;
import dev.verhulst.client.server.FakeServer;
import dev.verhulst.client.server.FakeServer.Received;
import dev.verhulst.client.server.FakeServer.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request looks like to a server. */
class RequestsOnTheWireTest {

  private FakeServer server;
  private VerhulstClient client;

  @BeforeEach
  void start() {
    server = new FakeServer().reply(Reply.json("{\"model_name\": \"m\", \"outputs\": []}"));
    client = VerhulstClient.builder(server.url()).header("Authorization", "Bearer t").build();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void binaryRequestsHaveAHeaderOfJsonAndThenTheTensors() {
    client.infer(
        InferenceRequest.builder("m")
            .id("7")
            .parameter("alpha", 0.1)
            .priority(1)
            .queueTimeout(Duration.ofMillis(5))
            .input("x", Tensor.of(new float[] {1, 2}, 1, 2))
            .input("grad_y", Tensor.of(new double[] {3}))
            .build());
    Received request = server.onlyRequest();
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.path()).isEqualTo("/v2/models/m/infer");
    assertThat(request.json())
        .isEqualTo(
            "{'id':'7','parameters':{'alpha':0.1,'priority':1,'timeout':5000,'binary_data_output':true},"
                    .replace('\'', '"')
                + "'inputs':[{'name':'x','datatype':'FP32','shape':[1,2],'parameters':{'binary_data_size':8}},"
                    .replace('\'', '"')
                + "{'name':'grad_y','datatype':'FP64','shape':[1],'parameters':{'binary_data_size':8}}]}"
                    .replace('\'', '"'));
    assertThat(request.binary())
        .startsWith(BytesOf.floats(1, 2))
        .endsWith(BytesOf.doubles(3))
        .hasSize(16);
    assertThat(request.headers().getFirst("Content-Type")).isEqualTo("application/octet-stream");
    assertThat(request.headers().getFirst("Content-Length"))
        .isEqualTo(Integer.toString(request.body().length));
    assertThat(request.headers().getFirst("Authorization")).isEqualTo("Bearer t");
    assertThat(request.headers()).doesNotContainKeys("Upgrade", "Http2-settings");
  }

  @Test
  void listedOutputsAreAskedForInBinary() {
    server.reply(
        Reply.json(
            "{\"model_name\":\"m\",\"outputs\":["
                + "{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[0],\"data\":[]},"
                + "{\"name\":\"z\",\"datatype\":\"FP32\",\"shape\":[0],\"data\":[]}]}"));
    client.infer(
        InferenceRequest.builder("m")
            .input("x", Tensor.of(new float[0]))
            .output("y")
            .output(new RequestedOutput("z", Map.of("classification", 3), null))
            .build());
    assertThat(server.onlyRequest().json())
        .endsWith(
            "\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data\":true}},"
                + "{\"name\":\"z\",\"parameters\":{\"classification\":3,\"binary_data\":true}}]}");
  }

  @Test
  void jsonRequestsWriteEveryDatatypeSoThatItReadsBackTheSame() {
    client
        .withEncoding(Encoding.JSON)
        .infer(
            InferenceRequest.builder("m")
                .input("a", Tensor.of(new float[] {0.1f, Float.NaN, 1e-45f, -0f}))
                .input("b", Tensor.of(new double[] {0.1, Double.NEGATIVE_INFINITY}))
                .input("c", Tensor.fp16(new float[] {0.1f}))
                .input("d", Tensor.bf16(new float[] {0.1f}))
                .input("e", Tensor.of(new boolean[] {true, false}))
                .input("f", Tensor.integers(Datatype.UINT64, new long[] {-1, 1}))
                .input("g", Tensor.integers(Datatype.INT8, new long[] {-128}))
                .input("h", Tensor.integers(Datatype.UINT32, new long[] {4294967295L}))
                .input("i", Tensor.of(new long[] {Long.MIN_VALUE}))
                .input("j", Tensor.of(List.of("σ\"")))
                .build());
    Received request = server.onlyRequest();
    assertThat(request.json())
        .contains(
            "\"data\":[0.1,NaN,1.4E-45,-0.0]",
            "\"data\":[0.1,-Infinity]",
            "\"data\":[0.099975586]",
            "\"data\":[0.100097656]",
            "\"data\":[true,false]",
            "\"data\":[18446744073709551615,1]",
            "\"data\":[-128]",
            "\"data\":[4294967295]",
            "\"data\":[-9223372036854775808]",
            "\"data\":[\"σ\\\"\"]")
        .doesNotContain("binary");
    assertThat(request.headers()).doesNotContainKey("Inference-header-content-length");
    assertThat(request.headers().getFirst("Content-Type")).isEqualTo("application/json");
  }

  @Test
  void rawRequestsAreTheBytesOfTheirInput() {
    client.infer(
        InferenceRequest.builder("m")
            .encoding(Encoding.RAW)
            .input("x", Tensor.of(new float[] {1, 2, 3}))
            .build());
    Received request = server.onlyRequest();
    assertThat(request.headers().getFirst("Inference-Header-Content-Length")).isEqualTo("0");
    assertThat(request.body()).isEqualTo(BytesOf.floats(1, 2, 3));
  }

  @Test
  void rawRequestsThatSayMoreAreRefusedBeforeTheyAreSent() {
    InferenceRequest.Builder request =
        InferenceRequest.builder("m")
            .encoding(Encoding.RAW)
            .input("x", Tensor.of(new float[1]))
            .parameter("alpha", 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.infer(request.build()))
        .withMessageContaining("RAW")
        .withMessageContaining("'m'");
    assertThat(server.received()).isEmpty();
  }

  @Test
  void namesAndVersionsArePercentEncoded() {
    client.infer(
        InferenceRequest.builder("a b/ü+c")
            .version("1")
            .input("x", Tensor.of(new float[1]))
            .build());
    assertThat(server.onlyRequest().path())
        .isEqualTo("/v2/models/a%20b%2F%C3%BC%2Bc/versions/1/infer");
  }

  @Test
  void namesThatAreNoneAreRefused() {
    for (String name : List.of("", " ", ".", "..")) {
      assertThatIllegalArgumentException().isThrownBy(() -> client.modelMetadata(name));
    }
    assertThat(server.received()).isEmpty();
  }

  @Test
  void anAddressMayHaveAPath() {
    try (VerhulstClient behindProxy = VerhulstClient.connect(server.url() + "/models/east/")) {
      assertThat(behindProxy.isLive()).isTrue();
    }
    assertThat(server.onlyRequest().path()).isEqualTo("/models/east/v2/health/live");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://user:secret@localhost:8000",
        "http://secret@localhost:8000",
        "grpc://user:secret@localhost:8001",
        "http://user:secret@my_host:8000",
        "http://user:se cret@localhost:8000",
        "http://user:secret@",
        "user:secret@localhost:8000"
      })
  void anAddressHasNoPasswordAndNoMessageShowsIt(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VerhulstClient.connect(url))
        .withMessageContaining("the server's address")
        .withMessageNotContaining("cret")
        .withNoCause();
  }

  @Test
  void settingsThatCannotBeMeantAreRefused() {
    for (String url : List.of("localhost:8000", "ftp://host", "http://", "http://h/?q")) {
      assertThatIllegalArgumentException().as(url).isThrownBy(() -> VerhulstClient.connect(url));
    }
    assertThatIllegalArgumentException().isThrownBy(() -> client.withTimeout(Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InferenceRequest.builder("m").parameter("a", List.of()))
        .withMessage(
            "parameter 'a' must be a string, a boolean or a number, got"
                + " java.util.ImmutableCollections$ListN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InferenceRequest.builder("m").build())
        .withMessageContaining("needs an input");
  }
}

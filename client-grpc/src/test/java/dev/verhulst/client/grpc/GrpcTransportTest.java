package dev.verhulst.client.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.client.VerhulstClient;
import dev.verhulst.client.activation.Activation;
import dev.verhulst.client.error.AccessDeniedException;
import dev.verhulst.client.error.ConnectionException;
import dev.verhulst.client.error.InvalidRequestException;
import dev.verhulst.client.error.NotFoundException;
import dev.verhulst.client.error.ProtocolException;
import dev.verhulst.client.error.RequestTimeoutException;
import dev.verhulst.client.error.ServerErrorException;
import dev.verhulst.client.error.UnavailableException;
import dev.verhulst.client.error.UnsupportedRequestException;
import dev.verhulst.client.error.VerhulstException;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.InferenceResponse;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.listener.CallListener;
import dev.verhulst.client.listener.ClientListener;
import dev.verhulst.client.metadata.ModelConfiguration;
import dev.verhulst.client.metadata.TensorMetadata;
import dev.verhulst.client.protocol.Datatype;
import dev.verhulst.client.transport.Compression;
import dev.verhulst.client.transport.RetryPolicy;
import dev.verhulst.grpc.protocol.ModelInferResponse;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client over gRPC, on a real socket. */
class GrpcTransportTest {

  private static final float[] X = {1, 2, 3};
  private static final int PART = 64 << 20;

  private final FakeService service = new FakeService();
  private final VerhulstClient client =
      VerhulstClient.builder(service.url())
          .header("Authorization", "Bearer t")
          .retryPolicy(RetryPolicy.none())
          .build();

  @AfterEach
  void stop() {
    client.close();
    service.close();
  }

  @Test
  void typedCalls() {
    assertThat(client.apply(Activation.leakyRelu(0.5), X)).containsExactly(X);
    assertThat(service.inferences.get(0).getModelName()).isEqualTo("leaky_relu");
    assertThat(service.inferences.get(0).getParametersOrThrow("alpha").getDoubleParam())
        .isEqualTo(0.5);
    assertThat(service.inferences.get(0).getOutputs(0).getName()).isEqualTo("y");
    assertThat(client.async().sigmoid(new double[] {4}).join()).containsExactly(4);
    assertThat(
            service
                .metadata
                .get(0)
                .get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER)))
        .isEqualTo("Bearer t");
  }

  @Test
  void aHeaderOfACallReplacesTheClients() {
    try (VerhulstClient traced =
        VerhulstClient.builder(service.url())
            .header("Traceparent", "of the client")
            .listener(carrying("traceparent", "of the call"))
            .build()) {
      traced.relu(X);
    }
    Metadata.Key<String> key = Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);
    assertThat(service.metadata.get(0).getAll(key)).containsExactly("of the call");
  }

  @Test
  void aHeaderThatMetadataCannotCarryIsRefused() {
    assertThatThrownBy(
            () ->
                VerhulstClient.builder(service.url())
                    .header("Authorization", "Bearer secret\n")
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'Authorization'")
        .hasMessageContaining("index 13")
        .hasMessageNotContaining("secret");
    try (VerhulstClient signed =
        VerhulstClient.builder(service.url()).listener(carrying("Signed-By", "Müller")).build()) {
      assertThatThrownBy(() -> signed.relu(X))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'Signed-By'")
          .hasMessageContaining("index 1");
    }
    assertThat(service.metadata).isEmpty();
  }

  private static ClientListener carrying(String name, String value) {
    return call ->
        new CallListener() {
          @Override
          public Map<String, String> headers() {
            return Map.of(name, value);
          }
        };
  }

  @Test
  void buffersAndIdentifiers() {
    ByteBuffer into = ByteBuffer.allocateDirect(12).order(ByteOrder.LITTLE_ENDIAN);
    InferenceResponse response =
        client.infer(
            InferenceRequest.builder("m")
                .id("7")
                .input("x", Tensor.of(X, 3, 1))
                .output("z", into)
                .build());
    assertThat(response.id()).isEqualTo("7");
    assertThat(response.output("z").shape()).containsExactly(3, 1);
    assertThat(into.getFloat(8)).isEqualTo(3);
  }

  @Test
  void largeTensorsPass() {
    float[] values = new float[8 << 20];
    values[values.length - 1] = 5;
    assertThat(client.relu(values)).isEqualTo(values);
  }

  /** By its tensors alone, and where the last bytes are their names and shapes. */
  @ParameterizedTest
  @ValueSource(ints = {PART, PART - 6})
  void aRequestOfTwoGibibytesIsRefused(int lastPart) {
    Tensor part = Tensor.wrap(Datatype.UINT8, ByteBuffer.allocate(PART), PART);
    InferenceRequest.Builder request = InferenceRequest.builder("m");
    for (int i = 1; i < 32; i++) {
      request.input("part " + i, part);
    }
    request.input("last", Tensor.wrap(Datatype.UINT8, ByteBuffer.allocate(lastPart), lastPart));
    assertThatThrownBy(() -> client.infer(request.build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'m' has 214748")
        .hasMessageContaining("at most 2147483642")
        .hasMessageContaining("HTTP");
  }

  @Test
  void inferencesAreCompressedWhereTheClientIsToldTo() {
    try (VerhulstClient compressing =
        VerhulstClient.builder(service.url()).compression(Compression.GZIP).build()) {
      assertThat(compressing.relu(X)).containsExactly(X);
    }
    assertThat(client.relu(X)).containsExactly(X);
    Metadata.Key<String> encoding =
        Metadata.Key.of("grpc-encoding", Metadata.ASCII_STRING_MARSHALLER);
    assertThat(service.metadata.get(0).get(encoding)).isEqualTo("gzip");
    assertThat(service.metadata.get(1).get(encoding)).isNull();
  }

  @Test
  void thereIsNoOtherCompressionThanGzip() {
    assertThatThrownBy(
            () ->
                VerhulstClient.builder(service.url())
                    .compression(Compression.DEFLATE)
                    .build()
                    .close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gRPC compresses with gzip only");
  }

  @Test
  void typedContentsAreUnderstood() {
    ModelInferResponse.Builder answer = ModelInferResponse.newBuilder().setModelName("m");
    answer.addOutputsBuilder().setName("a").setDatatype("FP32").addShape(2);
    answer.getOutputsBuilder(0).getContentsBuilder().addFp32Contents(1).addFp32Contents(2);
    answer.addOutputsBuilder().setName("b").setDatatype("UINT8").addShape(1);
    answer.getOutputsBuilder(1).getContentsBuilder().addUintContents(200);
    service.answers.add(answer.build());
    InferenceResponse response =
        client.infer(InferenceRequest.builder("m").input("x", Tensor.of(X)).build());
    assertThat(response.output("a").toFloats()).containsExactly(1, 2);
    assertThat(response.output("b").datatype()).isEqualTo(Datatype.UINT8);
    assertThat(response.output("b").toLongs()).containsExactly(200);
  }

  @Test
  void anAnswerThatContradictsItselfIsAProtocolError() {
    ModelInferResponse.Builder answer = ModelInferResponse.newBuilder().setModelName("m");
    answer.addOutputsBuilder().setName("y").setDatatype("FP32").addShape(2);
    service.answers.add(answer.build());
    assertThatThrownBy(() -> client.sigmoid(X)).isInstanceOf(ProtocolException.class);
  }

  static Arguments[] statuses() {
    return new Arguments[] {
      Arguments.of(Status.INVALID_ARGUMENT, InvalidRequestException.class),
      Arguments.of(Status.NOT_FOUND, NotFoundException.class),
      Arguments.of(Status.PERMISSION_DENIED, AccessDeniedException.class),
      Arguments.of(Status.UNIMPLEMENTED, UnsupportedRequestException.class),
      Arguments.of(Status.RESOURCE_EXHAUSTED, UnavailableException.class),
      Arguments.of(Status.UNAVAILABLE, UnavailableException.class),
      Arguments.of(Status.DEADLINE_EXCEEDED, RequestTimeoutException.class),
      Arguments.of(Status.INTERNAL, ServerErrorException.class),
    };
  }

  @ParameterizedTest
  @MethodSource("statuses")
  void everyStatusHasItsType(Status status, Class<? extends VerhulstException> type) {
    service.failures.add(status.withDescription("what was wrong"));
    assertThatThrownBy(() -> client.sigmoid(X))
        .isExactlyInstanceOf(type)
        .hasMessageContaining("what was wrong")
        .hasMessageContaining("ModelInfer " + service.url());
  }

  @Test
  void unavailableIsTriedAgain() {
    service.failures.add(Status.UNAVAILABLE);
    try (VerhulstClient retrying = VerhulstClient.connect(service.url())) {
      assertThat(retrying.sigmoid(X)).containsExactly(X);
    }
    assertThat(service.inferences).hasSize(2);
  }

  /** A proxy that has no server says so in plain HTTP. */
  @Test
  void whatAProxyAnswersWithoutAServerIsTriedAgain() throws Exception {
    try (PlainHttp2Server proxy = new PlainHttp2Server(503);
        VerhulstClient calling =
            VerhulstClient.builder("grpc://localhost:" + proxy.port())
                .retryPolicy(
                    new RetryPolicy(
                        2, Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofSeconds(1)))
                .build()) {
      assertThatThrownBy(() -> calling.sigmoid(X)).isInstanceOf(UnavailableException.class);
      assertThat(proxy.requests()).isEqualTo(3);
    }
  }

  /** The server has the request, and may have computed it: that is the caller's to decide. */
  @Test
  void aConnectionThatBreaksIsNotTriedAgain() throws Exception {
    service.silent = true;
    Relay relay = new Relay(service.url());
    try (VerhulstClient calling = VerhulstClient.connect(relay.url())) {
      CompletableFuture<float[]> answer = calling.async().sigmoid(X);
      while (service.inferences.isEmpty()) {
        Thread.sleep(1);
      }
      relay.close();
      assertThat(answer.handle((value, failure) -> failure).get(20, TimeUnit.SECONDS))
          .isInstanceOfSatisfying(
              ConnectionException.class, e -> assertThat(e.refused()).isFalse());
    }
    assertThat(service.inferences).hasSize(1);
  }

  /**
   * When to try again is the client's to say: gRPC itself waits for about 1 s after the first such
   * connection, and 1.6 times as long after each further one.
   */
  @Test
  @Timeout(6)
  void aCallThatNoServerHasAnsweredIsFollowedByANewConnection() throws Exception {
    try (Relay relay = new Relay(service.url());
        VerhulstClient calling =
            VerhulstClient.builder(relay.url()).retryPolicy(RetryPolicy.none()).build()) {
      relay.resetting = true;
      while (relay.accepted() < 5) {
        assertThatThrownBy(() -> calling.sigmoid(X)).isInstanceOf(VerhulstException.class);
        Thread.sleep(1);
      }
      relay.resetting = false;
      while (calling.async().sigmoid(X).handle((y, failure) -> failure != null).join()) {
        Thread.sleep(1);
      }
    }
  }

  @Test
  void aConnectionThatHasDiedWithoutAWordIsLeft() throws Exception {
    try (Relay relay = new Relay(service.url());
        VerhulstClient calling = VerhulstClient.connect(relay.url())) {
      assertThat(calling.sigmoid(X)).containsExactly(X);
      relay.freeze();
      assertThatThrownBy(() -> calling.withTimeout(Duration.ofMillis(150)).sigmoid(X))
          .isInstanceOf(RequestTimeoutException.class);
      assertThat(calling.sigmoid(X)).containsExactly(X);
      assertThat(relay.accepted()).isEqualTo(2);
    }
  }

  @Test
  void callsUnderWayStayOnAConnectionThatIsLeft() throws Exception {
    try (Relay relay = new Relay(service.url());
        VerhulstClient calling = VerhulstClient.connect(relay.url())) {
      service.silent = true;
      CompletableFuture<float[]> slow = calling.async().sigmoid(X);
      while (service.waiting.isEmpty()) {
        Thread.sleep(1);
      }
      assertThatThrownBy(() -> calling.withTimeout(Duration.ofMillis(150)).sigmoid(X))
          .isInstanceOf(RequestTimeoutException.class);
      service.silent = false;
      assertThat(calling.sigmoid(X)).containsExactly(X);
      assertThat(relay.accepted()).isEqualTo(2);
      service.waiting.get(0).run();
      assertThat(slow.get(20, TimeUnit.SECONDS)).containsExactly(X);
    }
  }

  @Test
  void aRefusedConnectionIsOne() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    try (VerhulstClient alone =
            VerhulstClient.builder("grpc://localhost:" + port)
                .retryPolicy(RetryPolicy.none())
                .build();
        VerhulstClient both =
            VerhulstClient.builder("grpc://localhost:" + port).endpoint(service.url()).build()) {
      assertThatThrownBy(() -> alone.sigmoid(X))
          .isInstanceOfSatisfying(ConnectionException.class, e -> assertThat(e.refused()).isTrue());
      assertThat(alone.isReady()).isFalse();
      assertThat(both.sigmoid(X)).as("the other endpoint").containsExactly(X);
      assertThat(both.isReady()).isTrue();
    }
  }

  @Test
  void aCallTimesOut() {
    service.silent = true;
    assertThatThrownBy(() -> client.withTimeout(Duration.ofMillis(150)).sigmoid(X))
        .isInstanceOf(RequestTimeoutException.class)
        .hasMessageContaining("150 ms");
  }

  @Test
  void statisticsAndTheRepository() {
    assertThat(client.statistics("m").get(0).inferenceCount()).isEqualTo(7);
    assertThat(client.statistics("m").get(0).queue().mean()).isEqualTo(Duration.ofNanos(5));
    ModelConfiguration configuration = client.modelConfiguration("m");
    assertThat(configuration.maximumBatchSize()).isEqualTo(8);
    assertThat(configuration.inputs())
        .containsExactly(new TensorMetadata("x", "FP32", List.of(-1L)));
    assertThat(configuration.json()).contains("\"max_batch_size\": 8", "\"TYPE_FP32\"");
    client.loadModel("m", "{}");
    assertThat(service.loads.get(0).getParametersOrThrow("config").getStringParam())
        .isEqualTo("{}");
    assertThat(client.isLive()).as("not implemented by this server").isFalse();
  }
}

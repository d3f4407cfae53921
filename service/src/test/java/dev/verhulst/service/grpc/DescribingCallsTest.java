package dev.verhulst.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Empty;
import com.google.protobuf.util.JsonFormat;
import dev.verhulst.grpc.protocol.GRPCInferenceServiceGrpc;
import dev.verhulst.grpc.protocol.InferStatistics;
import dev.verhulst.grpc.protocol.ModelConfig;
import dev.verhulst.grpc.protocol.ModelConfigRequest;
import dev.verhulst.grpc.protocol.ModelMetadataRequest;
import dev.verhulst.grpc.protocol.ModelMetadataResponse;
import dev.verhulst.grpc.protocol.ModelReadyRequest;
import dev.verhulst.grpc.protocol.ModelStatistics;
import dev.verhulst.grpc.protocol.ModelStatisticsRequest;
import dev.verhulst.grpc.protocol.ModelStatisticsResponse;
import dev.verhulst.grpc.protocol.RepositoryIndexRequest;
import dev.verhulst.grpc.protocol.RepositoryIndexResponse;
import dev.verhulst.grpc.protocol.RepositoryModelLoadRequest;
import dev.verhulst.grpc.protocol.RepositoryModelUnloadRequest;
import dev.verhulst.grpc.protocol.ServerLiveRequest;
import dev.verhulst.grpc.protocol.ServerMetadataRequest;
import dev.verhulst.grpc.protocol.ServerMetadataResponse;
import dev.verhulst.grpc.protocol.ServerReadyRequest;
import dev.verhulst.service.rest.TestServer;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server says of itself over gRPC, and that HTTP says the same. */
@Timeout(60)
class DescribingCallsTest {

  private TestServer server;
  private GrpcClient client;

  @BeforeEach
  void start() {
    server =
        TestServer.startWithGrpc(
            "verhulst.models.relu.batching.max-batch-size=8",
            "verhulst.models.relu.batching.preferred-batch-sizes=2,4",
            "verhulst.models.relu.batching.max-queue-delay-microseconds=150");
    client = new GrpcClient(server.grpcPort());
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  /** A message that no such call needs is refused, whatever tensors may take, packed or not. */
  @ParameterizedTest
  @CsvSource({"identity, 4300000", "identity, 90000000", "gzip, 4300000", "gzip, 90000000"})
  void messagesWithoutTensorsHaveASmallLimit(String compression, int length) {
    ModelMetadataRequest request =
        ModelMetadataRequest.newBuilder().setName("x".repeat(length)).build();
    Status status =
        refusal(() -> client.calls().withCompression(compression).modelMetadata(request));
    assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(status.getDescription())
        .isEqualTo("a message of ModelMetadata must not be longer than 4194304 bytes");
    ModelMetadataRequest atTheLimit =
        ModelMetadataRequest.newBuilder().setName("x".repeat((4 << 20) - 5)).build();
    assertThat(atTheLimit.getSerializedSize()).isEqualTo(4 << 20);
    assertThat(
            refusal(() -> client.calls().withCompression(compression).modelMetadata(atTheLimit))
                .getCode())
        .isEqualTo(Status.Code.NOT_FOUND);
  }

  /** Nobody needs a key to ask after the server's health. */
  @ParameterizedTest
  @ValueSource(strings = {"identity", "gzip"})
  void questionsAfterHealthAreShortToo(String compression) {
    HealthCheckRequest request =
        HealthCheckRequest.newBuilder().setService("x".repeat(4_300_000)).build();
    Status status =
        refusal(
            () ->
                HealthGrpc.newBlockingStub(client.channel())
                    .withCompression(compression)
                    .check(request));
    assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
  }

  @Test
  void metadataIsThatOfHttp() throws Exception {
    ServerMetadataResponse.Builder overHttp = ServerMetadataResponse.newBuilder();
    merge("GET", "/v2", overHttp);
    ServerMetadataResponse metadata =
        client.calls().serverMetadata(ServerMetadataRequest.getDefaultInstance());
    assertThat(metadata).isEqualTo(overHttp.build());
    assertThat(metadata.getExtensionsList()).contains("statistics", "model_configuration");

    ModelMetadataResponse.Builder modelOverHttp = ModelMetadataResponse.newBuilder();
    merge("GET", "/v2/models/prelu/versions/1", modelOverHttp);
    ModelMetadataResponse model =
        client
            .calls()
            .modelMetadata(
                ModelMetadataRequest.newBuilder().setName("prelu").setVersion("1").build());
    assertThat(model).isEqualTo(modelOverHttp.build());
    assertThat(model.getInputsList())
        .extracting(ModelMetadataResponse.TensorMetadata::getName)
        .containsExactly("x", "slope", "grad_y");
  }

  @Test
  void configurationIsThatOfHttp() throws Exception {
    for (String name : List.of("relu", "prelu", "swish", "bce_with_logits")) {
      ModelConfig.Builder overHttp = ModelConfig.newBuilder();
      merge("GET", "/v2/models/" + name + "/config", overHttp);
      assertThat(config(name)).isEqualTo(overHttp.build());
    }
    ModelConfig unlimited = config("sigmoid");
    assertThat(unlimited.getMaxBatchSize()).isZero();
    assertThat(unlimited.getInput(0).getDimsList()).containsExactly(-1L);
    ModelConfig relu = config("relu");
    assertThat(relu.getMaxBatchSize()).isEqualTo(8);
    assertThat(relu.getInput(0).getName()).isEqualTo("x");
    assertThat(relu.getInput(0).getDimsList()).containsExactly(1L);
    assertThat(relu.getInput(0).hasReshape()).isTrue();
    assertThat(relu.getInput(0).getOptional()).isFalse();
    assertThat(relu.getInput(1).getOptional()).isTrue();
    assertThat(relu.getDynamicBatching().getPreferredBatchSizeList()).containsExactly(2, 4);
    assertThat(relu.getDynamicBatching().getMaxQueueDelayMicroseconds()).isEqualTo(150);
    assertThat(relu.getDynamicBatching().getDefaultQueuePolicy().getMaxQueueSize()).isEqualTo(1024);
  }

  @Test
  void statisticsAddUpAndAreThoseOfHttp() throws Exception {
    long before = System.nanoTime();
    for (int i = 0; i < 5; i++) {
      client.calls().modelInfer(GrpcClient.raw("silu", 1, 2, 3).build());
    }
    client.calls().modelInfer(GrpcClient.raw("swish", 1, 2, 3, 4).build());
    for (int i = 0; i < 3; i++) {
      refusal(() -> client.calls().modelInfer(GrpcClient.raw("silu").clearInputs().build()));
    }
    send("POST", "/v2/models/silu/infer", "{");
    long elapsed = System.nanoTime() - before;

    ModelStatistics silu = statistics("silu", "1").getModelStats(0);
    InferStatistics counts = silu.getInferenceStats();
    assertThat(silu.getName()).isEqualTo("silu");
    assertThat(silu.getVersion()).isEqualTo("1");
    assertThat(silu.getLastInference())
        .isBetween(System.currentTimeMillis() - 60_000, System.currentTimeMillis());
    assertThat(silu.getInferenceCount()).isEqualTo(19);
    assertThat(silu.getExecutionCount()).isEqualTo(6);
    assertThat(counts.getSuccess().getCount()).isEqualTo(6);
    assertThat(counts.getFail().getCount()).isEqualTo(4);
    assertThat(counts.getQueue().getCount()).isEqualTo(6);
    assertThat(counts.getComputeInput().getCount()).isEqualTo(6);
    assertThat(counts.getComputeInfer().getCount()).isEqualTo(6);
    assertThat(counts.getComputeOutput().getCount()).isEqualTo(6);
    assertThat(counts.getCacheHit().getCount() + counts.getCacheMiss().getCount()).isZero();
    assertThat(
            counts.getQueue().getNs()
                + counts.getComputeInput().getNs()
                + counts.getComputeInfer().getNs()
                + counts.getComputeOutput().getNs())
        .isPositive()
        .isLessThanOrEqualTo(counts.getSuccess().getNs());
    assertThat(counts.getSuccess().getNs() + counts.getFail().getNs()).isLessThan(elapsed);
    assertThat(silu.getBatchStatsList()).hasSize(2);
    assertThat(silu.getBatchStats(0).getBatchSize()).isEqualTo(3);
    assertThat(silu.getBatchStats(0).getComputeInfer().getCount()).isEqualTo(5);
    assertThat(silu.getBatchStats(1).getBatchSize()).isEqualTo(4);
    assertThat(silu.getBatchStats(1).getComputeInput().getCount()).isEqualTo(1);

    ModelStatisticsResponse.Builder overHttp = ModelStatisticsResponse.newBuilder();
    merge("GET", "/v2/models/silu/versions/1/stats", overHttp);
    assertThat(overHttp.build()).isEqualTo(statistics("silu", ""));
    overHttp.clear();
    merge("GET", "/v2/models/stats", overHttp);
    assertThat(overHttp.build()).isEqualTo(statistics("", ""));
    assertThat(overHttp.getModelStatsList())
        .extracting(ModelStatistics::getName)
        .contains("silu", "sigmoid", "bce_with_logits")
        .doesNotContain("swish");
    assertThat(send("GET", "/v2/models/silu/stats", "").body())
        .contains("\"cache_hit\":{\"count\":0,\"ns\":0},\"cache_miss\":{\"count\":0,\"ns\":0}");
  }

  @Test
  void theIndexListsEveryModelAsReady() throws Exception {
    RepositoryIndexResponse index =
        client.calls().repositoryIndex(RepositoryIndexRequest.getDefaultInstance());
    assertThat(index.getModelsList())
        .contains(
            RepositoryIndexResponse.ModelIndex.newBuilder()
                .setName("sigmoid")
                .setVersion("1")
                .setState("READY")
                .build())
        .allMatch(model -> model.getState().equals("READY"));
    for (String body : List.of("", "{}", "{\"ready\":true}")) {
      RepositoryIndexResponse.Builder overHttp = RepositoryIndexResponse.newBuilder();
      String models = send("POST", "/v2/repository/index", body).body();
      JsonFormat.parser().merge("{\"models\":" + models + "}", overHttp);
      assertThat(overHttp.build()).isEqualTo(index);
    }
    HttpResponse<String> refused = send("POST", "/v2/repository/index", "{\"ready\":1}");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("must be a boolean, got an integer");
    assertThat(send("POST", "/v2/repository/mine/index", "").statusCode()).isEqualTo(501);
    assertThat(send("GET", "/v2/repository/index", "").statusCode()).isEqualTo(405);
    assertThat(
            refusal(
                    () ->
                        client
                            .calls()
                            .repositoryIndex(
                                RepositoryIndexRequest.newBuilder()
                                    .setRepositoryName("mine")
                                    .build()))
                .getCode())
        .isEqualTo(Status.Code.UNIMPLEMENTED);
  }

  /** Calls that Triton has and this server has not; clients take the status for what it says. */
  @ParameterizedTest
  @CsvSource({
    "TraceSetting",
    "CudaSharedMemoryStatus",
    "CudaSharedMemoryRegister",
    "CudaSharedMemoryUnregister",
    "NoSuchCall"
  })
  void callsThatItDoesNotHaveAreUnimplemented(String call) {
    MethodDescriptor<Empty, Empty> method =
        MethodDescriptor.<Empty, Empty>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(
                MethodDescriptor.generateFullMethodName(
                    GRPCInferenceServiceGrpc.SERVICE_NAME, call))
            .setRequestMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
            .setResponseMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
            .build();
    assertThat(
            refusal(
                    () ->
                        ClientCalls.blockingUnaryCall(
                            client.channel(),
                            method,
                            CallOptions.DEFAULT,
                            Empty.getDefaultInstance()))
                .getCode())
        .isEqualTo(Status.Code.UNIMPLEMENTED);
  }

  @Test
  void builtInModelsCanNeitherBeLoadedNorUnloadedInTheSameWords() throws Exception {
    Status load =
        refusal(
            () ->
                client
                    .calls()
                    .repositoryModelLoad(
                        RepositoryModelLoadRequest.newBuilder().setModelName("relu").build()));
    Status unload =
        refusal(
            () ->
                client
                    .calls()
                    .repositoryModelUnload(
                        RepositoryModelUnloadRequest.newBuilder().setModelName("relu").build()));
    assertThat(load.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(load.getDescription()).startsWith("failed to load 'relu': a built-in model");
    assertThat(unload.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(unload.getDescription())
        .isEqualTo("failed to unload 'relu': it is built in, and always there");
    for (Map.Entry<String, Status> action : Map.of("load", load, "unload", unload).entrySet()) {
      HttpResponse<String> refused =
          send("POST", "/v2/repository/models/relu/" + action.getKey(), "{}");
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(refused.body())
          .isEqualTo("{\"error\":\"%s\"}".formatted(action.getValue().getDescription()));
    }
    assertThat(send("POST", "/v2/repository/models/rellu/load", "{}").statusCode()).isEqualTo(400);
  }

  @Test
  void readinessAndHealthFollowTheServer() {
    assertThat(client.calls().serverLive(ServerLiveRequest.getDefaultInstance()).getLive())
        .isTrue();
    assertThat(client.calls().serverReady(ServerReadyRequest.getDefaultInstance()).getReady())
        .isTrue();
    assertThat(
            client
                .calls()
                .modelReady(ModelReadyRequest.newBuilder().setName("relu").build())
                .getReady())
        .isTrue();
    assertThat(health(client, "")).isEqualTo(ServingStatus.SERVING);
    assertThat(health(client, GRPCInferenceServiceGrpc.SERVICE_NAME))
        .isEqualTo(ServingStatus.SERVING);
    try (TestServer starting = TestServer.startWithGrpc("test.ready=false");
        GrpcClient early = new GrpcClient(starting.grpcPort())) {
      assertThat(early.calls().serverLive(ServerLiveRequest.getDefaultInstance()).getLive())
          .isTrue();
      assertThat(early.calls().serverReady(ServerReadyRequest.getDefaultInstance()).getReady())
          .isFalse();
      assertThat(health(early, "")).isEqualTo(ServingStatus.NOT_SERVING);
    }
  }

  @Test
  void reflectionNamesTheServicesAndTheirMessages() throws Exception {
    CompletableFuture<ServerReflectionResponse> services = new CompletableFuture<>();
    CompletableFuture<ServerReflectionResponse> file = new CompletableFuture<>();
    StreamObserver<ServerReflectionRequest> requests =
        ServerReflectionGrpc.newStub(client.channel())
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse response) {
                    (response.hasListServicesResponse() ? services : file).complete(response);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    services.completeExceptionally(failure);
                    file.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {}
                });
    requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    requests.onNext(
        ServerReflectionRequest.newBuilder()
            .setFileContainingSymbol(GRPCInferenceServiceGrpc.SERVICE_NAME)
            .build());
    assertThat(services.get(10, TimeUnit.SECONDS).toString())
        .contains("inference.GRPCInferenceService", "grpc.health.v1.Health");
    assertThat(
            file.get(10, TimeUnit.SECONDS)
                .getFileDescriptorResponse()
                .getFileDescriptorProtoCount())
        .isPositive();
    requests.onCompleted();
  }

  private ModelConfig config(String name) {
    return client
        .calls()
        .modelConfig(ModelConfigRequest.newBuilder().setName(name).build())
        .getConfig();
  }

  private ModelStatisticsResponse statistics(String name, String version) {
    return client
        .calls()
        .modelStatistics(
            ModelStatisticsRequest.newBuilder().setName(name).setVersion(version).build());
  }

  private static ServingStatus health(GrpcClient client, String service) {
    return HealthGrpc.newBlockingStub(client.channel())
        .check(HealthCheckRequest.newBuilder().setService(service).build())
        .getStatus();
  }

  private static Status refusal(ThrowingCallable call) {
    StatusRuntimeException refused = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(refused).isNotNull();
    return refused.getStatus();
  }

  /** Reads what HTTP says as the message that gRPC says it in: no key may be unknown to it. */
  private void merge(String method, String path, com.google.protobuf.Message.Builder message)
      throws Exception {
    HttpResponse<String> response = send(method, path, "");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    JsonFormat.parser().merge(response.body(), message);
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(server.uri(path))
              .method(method, HttpRequest.BodyPublishers.ofString(body))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }
}

package dev.verhulst.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.grpc.protocol.GRPCInferenceServiceGrpc;
import dev.verhulst.grpc.protocol.InferParameter;
import dev.verhulst.grpc.protocol.ModelInferRequest;
import dev.verhulst.grpc.protocol.ModelInferRequest.InferRequestedOutputTensor;
import dev.verhulst.grpc.protocol.ModelInferResponse;
import dev.verhulst.grpc.protocol.ModelReadyRequest;
import dev.verhulst.grpc.protocol.SystemSharedMemoryRegisterRequest;
import dev.verhulst.service.fakes.FakeDevice;
import dev.verhulst.service.lifecycle.ServerState;
import dev.verhulst.service.memory.TensorMemory;
import dev.verhulst.service.rest.TestServer;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What one caller may take of the server before others notice. */
@Timeout(60)
class GrpcLimitsTest {

  private static final int BUDGET = 1 << 20;

  @TempDir private Path objects;

  private final FakeDevice device = new FakeDevice();
  private TestServer server;
  private GrpcClient client;

  @BeforeEach
  void start() {
    server =
        TestServer.startWithGrpc(
            device,
            "verhulst.memory.budget=1MB",
            "verhulst.grpc.message-grace=2s",
            "verhulst.shared-memory.enabled=true",
            "verhulst.shared-memory.directory=" + objects);
    client = new GrpcClient(server.grpcPort());
  }

  @AfterEach
  void stop() throws Exception {
    server.expectEverythingGivenBack();
    client.close();
    server.close();
  }

  @Test
  void smallCallsGoThroughWhereOthersTakeAllTheMemoryOnItsWayIn() throws Exception {
    try (RawGrpc raw = new RawGrpc(server.grpcPort());
        RawGrpc.Call upload = raw.begin("ModelInfer", BUDGET)) {
      upload.send(new byte[BUDGET - 1], false);
      await(() -> server.bean(InboundMemory.class).used() == BUDGET - 1);
      assertThat(
              client
                  .calls()
                  .modelReady(ModelReadyRequest.newBuilder().setName("tanh").build())
                  .getReady())
          .isTrue();
      assertThat(GrpcClient.floats(client.calls().modelInfer(GrpcClient.raw("sigmoid", 1).build())))
          .containsExactly(2);
      assertThatThrownBy(
              () ->
                  client
                      .calls()
                      .modelReady(
                          ModelReadyRequest.newBuilder().setName("a".repeat(20_000)).build()))
          .hasMessageContaining("UNAVAILABLE: messages on their way in take more than");
    }
  }

  @Test
  void aMessageThatComesTooSlowlyIsGivenUp() throws Exception {
    try (RawGrpc raw = new RawGrpc(server.grpcPort());
        RawGrpc.Call upload = raw.begin("ModelInfer", BUDGET)) {
      upload.send(new byte[100], false);
      RawGrpc.End end = upload.end();
      assertThat(end.status()).isEqualTo(Integer.toString(Status.Code.DEADLINE_EXCEEDED.value()));
      assertThat(end.message()).contains("100 bytes of the message came", "min-message-rate");
    }
    await(() -> server.bean(InboundMemory.class).used() == 0);
  }

  @Test
  void anAnswerThatNobodyReadsKeepsItsLease() throws Exception {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("localhost", server.grpcPort())
            .usePlaintext()
            .flowControlWindow(65_535)
            .build();
    try {
      ClientCall<ModelInferRequest, ModelInferResponse> call =
          channel.newCall(GRPCInferenceServiceGrpc.getModelInferMethod(), CallOptions.DEFAULT);
      call.start(new ClientCall.Listener<>() {}, new Metadata());
      call.sendMessage(GrpcClient.raw("sigmoid", new float[50_000]).build());
      call.halfClose();
      await(() -> device.launches().size() == 1 && device.running() == 0);
      Thread.sleep(200);
      assertThat(server.bean(TensorMemory.class).openLeases()).isEqualTo(1);
      call.cancel("it has been seen", null);
    } finally {
      channel.shutdownNow();
    }
  }

  /** It is refused before anything is read or computed. */
  @Test
  void outputsThatNoMessageHoldsAreRefused() throws Exception {
    long elements = 300_000_000;
    try (RandomAccessFile file = new RandomAccessFile(objects.resolve("x").toFile(), "rw")) {
      file.setLength(4 * elements);
    }
    client
        .calls()
        .systemSharedMemoryRegister(
            SystemSharedMemoryRegisterRequest.newBuilder()
                .setName("x")
                .setKey("/x")
                .setByteSize(4 * elements)
                .build());
    ModelInferRequest request =
        ModelInferRequest.newBuilder()
            .setModelName("sigmoid")
            .addInputs(
                GrpcClient.input("FP32", elements)
                    .putParameters(
                        "shared_memory_region",
                        InferParameter.newBuilder().setStringParam("x").build())
                    .putParameters(
                        "shared_memory_byte_size",
                        InferParameter.newBuilder().setInt64Param(4 * elements).build()))
            .addOutputs(InferRequestedOutputTensor.newBuilder().setName("y"))
            .addOutputs(InferRequestedOutputTensor.newBuilder().setName("dy_dx"))
            .build();
    assertThatThrownBy(() -> client.calls().modelInfer(request))
        .hasMessage(
            "INVALID_ARGUMENT: the outputs asked for have 2400000000 bytes, and a gRPC message may have 2146435071 of them; ask for fewer at a time, for shared memory, or over HTTP");
  }

  @Test
  void whoWatchesTheHealthHearsOfTheEnd() throws Exception {
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    HealthGrpc.newStub(client.channel())
        .watch(
            HealthCheckRequest.getDefaultInstance(),
            new StreamObserver<>() {
              @Override
              public void onNext(HealthCheckResponse response) {
                seen.add(response.getStatus().name());
              }

              @Override
              public void onError(Throwable failure) {
                seen.add(Status.fromThrowable(failure).getCode().name());
              }

              @Override
              public void onCompleted() {
                seen.add("completed");
              }
            });
    assertThat(seen.poll(10, TimeUnit.SECONDS)).isNotNull();
    server.bean(ServerState.class).markStopping();
    String last = "";
    while (!last.equals("UNAVAILABLE")) {
      last = String.valueOf(seen.poll(10, TimeUnit.SECONDS));
      assertThat(last).isIn("NOT_SERVING", "UNAVAILABLE");
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - deadline).as("waited too long").isNegative();
      Thread.sleep(1);
    }
  }
}

package dev.verhulst.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.util.concurrent.ListenableFuture;
import dev.verhulst.grpc.protocol.InferParameter;
import dev.verhulst.grpc.protocol.ModelInferRequest;
import dev.verhulst.grpc.protocol.ModelInferResponse;
import dev.verhulst.grpc.protocol.ModelStreamInferResponse;
import dev.verhulst.service.fakes.FakeDevice;
import dev.verhulst.service.lifecycle.ServerState;
import dev.verhulst.service.model.ModelCatalogue;
import dev.verhulst.service.rest.TestServer;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that find the device busy, on a device that works only when told to. */
@Timeout(60)
class WaitingCallsTest {

  private final FakeDevice device = new FakeDevice();
  private TestServer server;
  private GrpcClient client;
  private Semaphore gate;

  @BeforeEach
  void start() {
    server =
        TestServer.startWithGrpc(
            device,
            "verhulst.batching.concurrency=1",
            "verhulst.batching.max-queue-size=1",
            "verhulst.memory.budget=1MB",
            "verhulst.memory.wait-timeout=1s");
    client = new GrpcClient(server.grpcPort());
    gate = device.hold();
  }

  @AfterEach
  void stop() throws Exception {
    gate.release(1000);
    server.expectEverythingGivenBack();
    await(() -> server.bean(InboundMemory.class).used() == 0);
    client.close();
    server.close();
  }

  @Test
  void refusesAtOnceWhereTheQueueIsFull() throws Exception {
    ListenableFuture<ModelInferResponse> running = sendAndAwaitRunning();
    ListenableFuture<ModelInferResponse> queued = sendAndAwaitQueued(2);
    StatusRuntimeException refused = failure(client.futures().modelInfer(request(3).build()));
    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(refused.getStatus().getDescription()).contains("queue of model 'sigmoid' is full");
    Metadata trailers = refused.getTrailers();
    assertThat(trailers).isNotNull();
    assertThat(
            trailers.get(
                Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER)))
        .isEqualTo("1000");
    gate.release(2);
    expect(running, 2);
    expect(queued, 3);
    assertThat(failures("REJECTED")).isEqualTo(1);
  }

  @Test
  void forgetsAQueuedCallThatIsCancelled() throws Exception {
    ListenableFuture<ModelInferResponse> running = sendAndAwaitRunning();
    sendAndAwaitQueued(2).cancel(true);
    await(() -> queued() == 0);
    ListenableFuture<ModelInferResponse> next = sendAndAwaitQueued(3);
    gate.release(2);
    expect(running, 2);
    expect(next, 4);
    await(() -> failures("CANCELED") == 1);
    assertThat(device.launches()).hasSize(2);
  }

  @Test
  void forgetsAQueuedCallWhoseConnectionCloses() throws Exception {
    ListenableFuture<ModelInferResponse> running = sendAndAwaitRunning();
    try (GrpcClient leaving = new GrpcClient(server.grpcPort())) {
      leaving.futures().modelInfer(request(2).build());
      await(() -> queued() == 1);
    }
    await(() -> queued() == 0);
    gate.release(1);
    expect(running, 2);
    await(() -> failures("CANCELED") == 1);
  }

  @Test
  void forgetsAQueuedCallWhoseDeadlinePasses() throws Exception {
    ListenableFuture<ModelInferResponse> running = sendAndAwaitRunning();
    StatusRuntimeException late =
        failure(
            client
                .futures()
                .withDeadlineAfter(100, TimeUnit.MILLISECONDS)
                .modelInfer(request(2).build()));
    assertThat(late.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    await(() -> queued() == 0);
    gate.release(1);
    expect(running, 2);
    assertThat(device.launches()).hasSize(1);
  }

  @Test
  void answersACallWhoseTimeoutPassesInTheQueue() throws Exception {
    ListenableFuture<ModelInferResponse> running = sendAndAwaitRunning();
    ModelInferRequest late =
        request(2)
            .putParameters("timeout", InferParameter.newBuilder().setInt64Param(50_000).build())
            .build();
    Status status = failure(client.futures().modelInfer(late)).getStatus();
    assertThat(status.getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(status.getDescription()).contains("waited in the queue for its whole timeout");
    gate.release(1);
    expect(running, 2);
  }

  @Test
  void cancelsACallThatWaitsForMemory() throws Exception {
    ListenableFuture<ModelInferResponse> holding =
        client.futures().modelInfer(GrpcClient.raw("sigmoid", new float[175_000]).build());
    await(() -> device.running() == 1);
    ListenableFuture<ModelInferResponse> waiting =
        client.futures().modelInfer(GrpcClient.raw("sigmoid", new float[75_000]).build());
    Thread.sleep(100);
    waiting.cancel(true);
    await(() -> failures("CANCELED") == 1);
    gate.release(1);
    holding.get();
  }

  @Test
  void turnsAwayWhatWouldNotFitIntoMemoryOnItsWayIn() throws Exception {
    ListenableFuture<ModelInferResponse> tooLarge =
        client.futures().modelInfer(GrpcClient.raw("sigmoid", new float[400_000]).build());
    Status status = failure(tooLarge).getStatus();
    assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(status.getDescription()).contains("verhulst.memory.budget");
    gate.release(1);
    expect(client.futures().modelInfer(request(1).build()), 2);
  }

  /** The request of it that waits for the device is not what is to blame. */
  @Test
  void endsAStreamWhoseMessagesWouldNotFitIntoMemoryOnTheirWayIn() throws Exception {
    ListenableFuture<ModelInferResponse> running = sendAndAwaitRunning();
    BlockingQueue<Object> events = new LinkedBlockingQueue<>();
    StreamObserver<ModelInferRequest> requests =
        client
            .async()
            .modelStreamInfer(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ModelStreamInferResponse response) {
                    events.add(response);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    events.add(Status.fromThrowable(failure));
                  }

                  @Override
                  public void onCompleted() {
                    events.add("completed");
                  }
                });
    requests.onNext(request(2).build());
    await(() -> queued() == 1);
    requests.onNext(GrpcClient.raw("sigmoid", new float[400_000]).build());
    assertThat(events.poll(20, TimeUnit.SECONDS))
        .isInstanceOfSatisfying(
            Status.class,
            ended -> {
              assertThat(ended.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
              assertThat(ended.getDescription()).contains("verhulst.memory.budget");
            });
    gate.release(1);
    expect(running, 2);
  }

  @Test
  void letsCallsInFlightFinishAndTurnsNewOnesAwayWhenTheServerStops() throws Exception {
    ListenableFuture<ModelInferResponse> running = sendAndAwaitRunning();
    server.bean(ServerState.class).markStopping();
    Status status = failure(client.futures().modelInfer(request(2).build())).getStatus();
    assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(status.getDescription()).isEqualTo("the server is shutting down");
    gate.release(1);
    expect(running, 2);
  }

  @Test
  void reportsADeviceThatFails() {
    device.fault(
        launch -> {
          throw new dev.verhulst.kernels.DeviceException("cuMemcpyHtoD failed");
        });
    gate.release(1);
    Status status = failure(client.futures().modelInfer(request(1).build())).getStatus();
    assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(status.getDescription()).contains("cuMemcpyHtoD failed");
  }

  @Test
  void answersACallThatFailsWithAnError() throws Exception {
    device.fault(
        launch -> {
          throw new StackOverflowError("deep");
        });
    gate.release(2);
    Status status = failure(client.futures().modelInfer(request(1).build())).getStatus();
    assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(failures("BACKEND")).isEqualTo(1);
  }

  /** A request whose answer is x + 1. */
  private static ModelInferRequest.Builder request(float x) {
    return GrpcClient.raw("sigmoid", x);
  }

  private ListenableFuture<ModelInferResponse> sendAndAwaitRunning() throws Exception {
    ListenableFuture<ModelInferResponse> running = client.futures().modelInfer(request(1).build());
    await(() -> device.running() == 1);
    return running;
  }

  private ListenableFuture<ModelInferResponse> sendAndAwaitQueued(float x) throws Exception {
    ListenableFuture<ModelInferResponse> queued = client.futures().modelInfer(request(x).build());
    await(() -> queued() == 1);
    return queued;
  }

  private int queued() {
    return server.bean(ModelCatalogue.class).find("sigmoid", null).batcher().depth();
  }

  private double failures(String reason) {
    return server.metric("nv_inference_request_failure", "sigmoid", "reason", reason);
  }

  private static void expect(ListenableFuture<ModelInferResponse> answer, float y)
      throws Exception {
    assertThat(GrpcClient.floats(answer.get())).containsExactly(y);
  }

  private static StatusRuntimeException failure(ListenableFuture<ModelInferResponse> answer) {
    ExecutionException failed = catchThrowableOfType(ExecutionException.class, answer::get);
    assertThat(failed).isNotNull();
    return (StatusRuntimeException) java.util.Objects.requireNonNull(failed.getCause());
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - deadline).as("waited too long").isNegative();
      Thread.sleep(1);
    }
  }
}

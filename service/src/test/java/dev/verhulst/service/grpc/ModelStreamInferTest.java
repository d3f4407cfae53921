package dev.verhulst.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.grpc.protocol.ModelInferRequest;
import dev.verhulst.grpc.protocol.ModelStreamInferResponse;
import dev.verhulst.service.lifecycle.ServerState;
import dev.verhulst.service.rest.TestServer;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** ModelStreamInfer over a real socket. */
@Timeout(60)
class ModelStreamInferTest {

  private final BlockingQueue<ModelStreamInferResponse> responses = new LinkedBlockingQueue<>();
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private TestServer server;
  private GrpcClient client;
  private StreamObserver<ModelInferRequest> requests;

  @BeforeEach
  void start() {
    server = TestServer.startWithGrpc();
    client = new GrpcClient(server.grpcPort());
    requests = client.async().modelStreamInfer(observer());
  }

  private StreamObserver<ModelStreamInferResponse> observer() {
    return new StreamObserver<>() {
      @Override
      public void onNext(ModelStreamInferResponse response) {
        responses.add(response);
      }

      @Override
      public void onError(Throwable failure) {
        end.completeExceptionally(failure);
      }

      @Override
      public void onCompleted() {
        end.complete(null);
      }
    };
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    server.expectEverythingGivenBack();
    server.close();
  }

  private ModelStreamInferResponse next() throws InterruptedException {
    ModelStreamInferResponse response = responses.poll(20, TimeUnit.SECONDS);
    assertThat(response).isNotNull();
    return response;
  }

  @Test
  void answersInTheOrderOfTheRequests() throws Exception {
    for (int i = 0; i < 500; i++) {
      float[] x = new float[i % 7 == 0 ? 50_000 : 3];
      java.util.Arrays.fill(x, i);
      requests.onNext(GrpcClient.raw("relu", x).setId("" + i).build());
    }
    requests.onCompleted();
    for (int i = 0; i < 500; i++) {
      ModelStreamInferResponse response = next();
      assertThat(response.getErrorMessage()).isEmpty();
      assertThat(response.getInferResponse().getId()).isEqualTo("" + i);
      assertThat(GrpcClient.floats(response.getInferResponse())).endsWith(i);
    }
    end.get();
  }

  @Test
  void unpacksCompressedMessages() throws Exception {
    requests = client.async().withCompression("gzip").modelStreamInfer(observer());
    for (int i = 0; i < 50; i++) {
      float[] x = new float[100_000];
      java.util.Arrays.fill(x, i);
      requests.onNext(GrpcClient.raw("relu", x).build());
    }
    requests.onCompleted();
    for (int i = 0; i < 50; i++) {
      assertThat(GrpcClient.floats(next().getInferResponse())).hasSize(100_000).endsWith(i);
    }
    server.expectEverythingGivenBack();
    assertThat(server.bean(InboundMemory.class).unpacked()).isZero();
  }

  @Test
  void goesOnAfterARequestThatFails() throws Exception {
    requests.onNext(GrpcClient.raw("relu", 1).setId("good").build());
    requests.onNext(GrpcClient.raw("rellu", 1).setId("bad").build());
    requests.onNext(GrpcClient.raw("relu", 2).build());
    assertThat(next().getInferResponse().getId()).isEqualTo("good");
    ModelStreamInferResponse failed = next();
    assertThat(failed.getErrorMessage())
        .isEqualTo("Request for unknown model: 'rellu' is not found");
    assertThat(failed.getInferResponse().getId()).isEqualTo("bad");
    assertThat(GrpcClient.floats(next().getInferResponse())).containsExactly(2);
    requests.onCompleted();
    end.get();
  }

  @Test
  void keepsNothingWhereItIsCancelled() throws Exception {
    for (int i = 0; i < 20; i++) {
      requests.onNext(GrpcClient.raw("relu", new float[100_000]).build());
    }
    next();
    requests.onError(Status.CANCELLED.asRuntimeException());
    server.expectEverythingGivenBack();
    long deadline = System.nanoTime() + 5_000_000_000L;
    InboundMemory inbound = server.bean(InboundMemory.class);
    while (inbound.used() != 0 && System.nanoTime() - deadline < 0) {
      Thread.sleep(1);
    }
    assertThat(inbound.used()).isZero();
  }

  @Test
  void endsWhereItIdlesWhenTheServerStops() throws Exception {
    requests.onNext(GrpcClient.raw("relu", 1).build());
    next();
    server.bean(ServerState.class).markStopping();
    try {
      end.get(20, TimeUnit.SECONDS);
      throw new AssertionError("expected the stream to be turned away");
    } catch (ExecutionException e) {
      assertThat(Status.fromThrowable(e).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }
  }
}

package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.client.VerhulstClient;
import dev.verhulst.client.activation.Activation;
import dev.verhulst.client.coalescing.Coalescing;
import dev.verhulst.client.error.InvalidRequestException;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.listener.CallListener;
import dev.verhulst.client.streaming.Chunking;
import dev.verhulst.kernels.FreePort;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the client does beyond single calls, against the packaged service. */
@ExtendWith(SharedService.class)
class ClientFeaturesIT {

  private static final int CALLS = 500;

  private final ServiceProcess service;

  ClientFeaturesIT(ServiceProcess service) {
    this.service = service;
  }

  @Test
  void coalescedCallsEachGetTheirOwnAnswerOrError() {
    AtomicInteger requests = new AtomicInteger();
    try (VerhulstClient client =
        VerhulstClient.builder(service.url())
            .coalescing(Coalescing.standard())
            .listener(
                call -> {
                  requests.incrementAndGet();
                  return CallListener.SILENT;
                })
            .build()) {
      List<CompletableFuture<float[]>> good = new ArrayList<>();
      List<CompletableFuture<?>> bad = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        good.add(client.async().relu(new float[] {i, -i}));
        if (i % 100 == 0) {
          bad.add(client.async().infer(wrong(i)));
        }
      }
      for (int i = 0; i < CALLS; i++) {
        assertThat(good.get(i).join()).containsExactly(i, 0);
      }
      for (CompletableFuture<?> call : bad) {
        assertThatThrownBy(call::join).hasCauseInstanceOf(InvalidRequestException.class);
      }
    }
    assertThat(requests.get()).isLessThan(CALLS / 2);
  }

  /** A request whose parameter is of the wrong type, as four more are: they travel together. */
  private static InferenceRequest wrong(float x) {
    return InferenceRequest.builder("elu")
        .parameter("alpha", "steep")
        .input("x", Tensor.of(new float[] {x}))
        .output("y")
        .independentRows(true)
        .build();
  }

  @Test
  void chunksOfALargeTensorComeBackInOrder() {
    float[] x = new float[1_000_003];
    for (int i = 0; i < x.length; i++) {
      x[i] = i - 500_000;
    }
    FloatBuffer y = FloatBuffer.allocate(x.length);
    try (VerhulstClient client = VerhulstClient.connect(service.url())) {
      client.inChunks(new Chunking(1 << 18, 4)).apply(Activation.relu(), FloatBuffer.wrap(x), y);
    }
    for (int i = 0; i < x.length; i++) {
      assertThat(y.get(i)).isEqualTo(Math.max(0, x[i]));
    }
  }

  @Test
  void anEndpointThatIsNotThereIsLeftOut() {
    try (VerhulstClient client =
        VerhulstClient.builder("http://localhost:" + FreePort.choose())
            .endpoint(service.url())
            .build()) {
      for (int i = 0; i < 20; i++) {
        assertThat(client.relu(new float[] {i})).containsExactly(i);
      }
      assertThat(client.isReady()).isTrue();
    }
  }

  @Test
  void grpcIsAnotherWayToTheSameModels() {
    float[] x = {-2, 0, 3};
    try (VerhulstClient http = VerhulstClient.connect(service.url());
        VerhulstClient grpc = VerhulstClient.connect("grpc://localhost:" + service.grpcPort())) {
      assertThat(grpc.isReady() && grpc.isModelReady("sigmoid")).isTrue();
      assertThat(grpc.sigmoid(x)).isEqualTo(http.sigmoid(x));
      assertThat(grpc.backward(Activation.silu(), x, x))
          .isEqualTo(http.backward(Activation.silu(), x, x));
      assertThat(grpc.modelMetadata("sigmoid")).isEqualTo(http.modelMetadata("sigmoid"));
      assertThat(grpc.binaryCrossEntropyWithLogits(x, x))
          .isEqualTo(http.binaryCrossEntropyWithLogits(x, x));
      assertThatThrownBy(() -> grpc.infer(wrong(1))).isInstanceOf(InvalidRequestException.class);
    }
  }
}

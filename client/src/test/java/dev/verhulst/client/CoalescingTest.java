package dev.verhulst.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.client.activation.Activation;
import dev.verhulst.client.coalescing.Coalescing;
import dev.verhulst.client.error.InvalidRequestException;
import dev.verhulst.client.error.RequestTimeoutException;
import dev.verhulst.client.error.UnavailableException;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.protocol.Datatype;
import dev.verhulst.client.routing.ManualTime;
import dev.verhulst.client.server.FakeServer;
import dev.verhulst.client.server.FakeServer.Reply;
import dev.verhulst.client.transport.RetryPolicy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls that travel together, over a real socket. */
class CoalescingTest {

  private static final Coalescing BOUNDS = Coalescing.standard();

  private final ManualTime time = new ManualTime();
  private final FakeServer server = EchoServer.start();
  private final VerhulstClient client =
      VerhulstClient.builder(server.url())
          .coalescing(BOUNDS)
          .retryPolicy(RetryPolicy.none())
          .sleeper(time)
          .clock(time)
          .build();

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void theDelaySendsWhatWaits() {
    List<CompletableFuture<float[]>> calls = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      calls.add(client.async().sigmoid(new float[] {i, -i}));
    }
    time.pass(BOUNDS.maximumDelay());
    for (int i = 0; i < 50; i++) {
      assertThat(calls.get(i).join()).containsExactly(i, -i);
    }
    assertThat(server.onlyRequest().json()).contains("\"shape\":[100]");
  }

  @Test
  void onlyWhatMatchesTravelsTogether() {
    List<CompletableFuture<?>> calls =
        List.of(
            client.async().sigmoid(new float[] {1}),
            client.async().sigmoid(new float[] {2}),
            client.async().tanh(new float[] {3}),
            client.async().apply(Activation.leakyRelu(0.5), new float[] {4}),
            client.async().apply(Activation.leakyRelu(0.25), new float[] {5}),
            client.async().derivative(Activation.sigmoid(), new float[] {6}),
            client.async().sigmoid(Tensor.of(new float[] {7, 8}, 1, 2)));
    assertThat(server.received()).isEmpty();
    CompletableFuture<?> softmaxOfOneRow =
        client.async().apply(Activation.softmax(), new float[] {1, 2});
    softmaxOfOneRow.join();
    assertThat(server.received()).as("a row of softmax goes alone").hasSize(1);
    time.pass(BOUNDS.maximumDelay());
    calls.forEach(CompletableFuture::join);
    assertThat(server.received()).hasSize(1 + 6);
  }

  @Test
  void theWrongOneGetsItsErrorAndTheOthersTheirAnswers() {
    server.behave(
        request ->
            hasNaN(request.binary())
                ? Reply.error(400, "I take no NaN")
                : EchoServer.echo(request));
    CompletableFuture<float[]> good = client.async().sigmoid(new float[] {1});
    CompletableFuture<float[]> bad = client.async().sigmoid(new float[] {Float.NaN});
    CompletableFuture<float[]> fine = client.async().sigmoid(new float[] {3, 4, 5});
    time.pass(BOUNDS.maximumDelay());
    assertThat(good.join()).containsExactly(1);
    assertThat(fine.join()).containsExactly(3, 4, 5);
    assertThatThrownBy(bad::join)
        .hasCauseInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("I take no NaN");
    assertThat(server.received()).hasSize(4);
  }

  private static boolean hasNaN(byte[] tensor) {
    ByteBuffer bytes = ByteBuffer.wrap(tensor).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (Float.isNaN(bytes.getFloat())) {
        return true;
      }
    }
    return false;
  }

  @Test
  void aServerWithoutTimeIsNotAskedOncePerCall() {
    server.reply(Reply.error(503, "full"));
    CompletableFuture<float[]> one = client.async().sigmoid(new float[] {1});
    CompletableFuture<float[]> two = client.async().sigmoid(new float[] {2});
    time.pass(BOUNDS.maximumDelay());
    assertThatThrownBy(one::join).hasCauseInstanceOf(UnavailableException.class);
    assertThatThrownBy(two::join).hasCauseInstanceOf(UnavailableException.class);
    assertThat(server.received()).hasSize(1);
  }

  @Test
  void anAnswerThatHasNotItsRowsIsAskedForOneByOne() {
    server.behave(
        request ->
            Reply.json(
                "{\"model_name\":\"m\",\"outputs\":[{\"name\":\"sum\",\"datatype\":\"INT32\","
                    + "\"shape\":[1],\"data\":["
                    + request.binary().length
                    + "]}]}"));
    CompletableFuture<Tensor> one = sum(1);
    CompletableFuture<Tensor> two = sum(2);
    time.pass(BOUNDS.maximumDelay());
    assertThat(one.join().toLongs()).containsExactly(4);
    assertThat(two.join().toLongs()).containsExactly(8);
  }

  private CompletableFuture<Tensor> sum(int elements) {
    InferenceRequest request =
        InferenceRequest.builder("m")
            .input("x", Tensor.of(new float[elements]))
            .independentRows(true)
            .build();
    return client.async().infer(request).thenApply(response -> response.output("sum"));
  }

  @Test
  void buffersAreFilled() {
    ByteBuffer x = ByteBuffer.allocateDirect(8).order(ByteOrder.LITTLE_ENDIAN);
    x.putFloat(7).putFloat(8).flip();
    ByteBuffer into = ByteBuffer.allocateDirect(8).order(ByteOrder.LITTLE_ENDIAN);
    Tensor tensor = Tensor.wrap(Datatype.FP32, x, 2);
    CompletableFuture<Tensor> first = client.async().apply(Activation.relu(), tensor, into);
    CompletableFuture<Tensor> second = client.async().apply(Activation.relu(), tensor);
    time.pass(BOUNDS.maximumDelay());
    assertThat(first.join().toFloats()).containsExactly(7, 8);
    assertThat(into.getFloat(4)).isEqualTo(8);
    assertThat(second.join().bytes().isDirect()).isTrue();
    assertThat(server.received()).hasSize(1);
  }

  @Test
  void aCallGivenUpWhileItWaitsIsNotSent() {
    CompletableFuture<float[]> given = client.async().sigmoid(new float[] {1});
    CompletableFuture<float[]> kept = client.async().sigmoid(new float[] {2});
    given.cancel(true);
    time.pass(BOUNDS.maximumDelay());
    assertThat(kept.join()).containsExactly(2);
    assertThat(server.onlyRequest().json()).contains("\"shape\":[1]");
  }

  @Test
  void aCallTimesOutWhileItWaits() {
    assertThatThrownBy(() -> client.withTimeout(Duration.ofMillis(50)).sigmoid(new float[] {1}))
        .isInstanceOf(RequestTimeoutException.class)
        .hasMessageContaining("50 ms");
  }

  @Test
  void closingSendsWhatWaits() {
    CompletableFuture<float[]> one = client.async().sigmoid(new float[] {1});
    CompletableFuture<float[]> two = client.async().tanh(new float[] {2});
    client.close();
    assertThat(one).isCompleted();
    assertThat(two.join()).containsExactly(2);
  }

  @Test
  void manyThreadsInRealTimeEachGetTheirOwn() throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(32);
    try (VerhulstClient real = VerhulstClient.builder(server.url()).coalescing(BOUNDS).build()) {
      List<Callable<float[]>> tasks = new ArrayList<>();
      for (int i = 0; i < 2000; i++) {
        float value = i;
        tasks.add(() -> real.sigmoid(new float[] {value}));
      }
      List<Future<float[]>> answers = executor.invokeAll(tasks);
      for (int i = 0; i < 2000; i++) {
        assertThat(answers.get(i).get()).containsExactly(i);
      }
    } finally {
      executor.shutdownNow();
    }
    assertThat(server.received().size()).isLessThan(1000);
  }

  @Test
  void boundsThatCannotBeMeantAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Coalescing(0, 1, 1, Duration.ofMillis(1)))
        .withMessage("maximumRequests must be positive, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Coalescing(1, 1, 1L << 31, Duration.ofMillis(1)))
        .withMessageContaining("below 2^31");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Coalescing(1, 1, 1, Duration.ZERO))
        .withMessageContaining("maximumDelay");
  }
}

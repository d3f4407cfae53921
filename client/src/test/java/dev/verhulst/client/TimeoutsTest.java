package dev.verhulst.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.client.error.CallCancelledException;
import dev.verhulst.client.error.RequestTimeoutException;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.server.FakeServer;
import dev.verhulst.client.server.FakeServer.Reply;
import dev.verhulst.client.server.RawServer;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every call takes a timeout, and gives its connection up with the call. */
class TimeoutsTest {

  private static final Duration SHORT = Duration.ofMillis(150);
  private static final float[] X = {0};

  private final CountDownLatch clientLeft = new CountDownLatch(1);

  private final RawServer silent =
      new RawServer(
          connection -> {
            RawServer.awaitEnd(connection);
            clientLeft.countDown();
          });

  private final RawServer stuckInTheBody =
      new RawServer(
          connection -> {
            write(connection, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"model_name\"");
            RawServer.awaitEnd(connection);
            clientLeft.countDown();
          });

  @AfterEach
  void stop() {
    silent.close();
    stuckInTheBody.close();
  }

  private static void write(Socket connection, String text) throws IOException {
    connection.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    connection.getOutputStream().flush();
  }

  private static void assertTimesOut(ThrowingCallable call) {
    long start = System.nanoTime();
    assertThatThrownBy(call)
        .isInstanceOf(RequestTimeoutException.class)
        .hasMessageContaining("timeout")
        .hasMessageContaining("150 ms");
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(SHORT.minusMillis(5), Duration.ofSeconds(10));
  }

  @Test
  void everyCallTimesOut() {
    try (VerhulstClient client = VerhulstClient.builder(silent.url()).timeout(SHORT).build()) {
      List<ThrowingCallable> calls =
          List.of(
              () -> client.sigmoid(X),
              () -> client.binaryCrossEntropyWithLogits(X, X),
              client::serverMetadata,
              () -> client.modelMetadata("m"),
              client::isLive,
              client::isReady,
              () -> client.isModelReady("m"));
      calls.forEach(TimeoutsTest::assertTimesOut);
    }
  }

  /** Nothing but hand-overs happens on the one thread that the timers of a JVM have. */
  @Test
  @Timeout(30)
  void whatFollowsATimeoutMayWaitWithoutHoldingUpOthers() {
    try (VerhulstClient client = VerhulstClient.builder(silent.url()).timeout(SHORT).build()) {
      CompletableFuture<Object> fallback =
          client
              .async()
              .sigmoid(X)
              .handle(
                  (value, failure) -> {
                    assertThat(failure).isInstanceOf(RequestTimeoutException.class);
                    assertTimesOut(() -> client.sigmoid(X));
                    return "also timed out";
                  });
      assertThat(fallback.join()).isEqualTo("also timed out");
    }
  }

  @Test
  void aTimeoutOfOneCall() {
    try (VerhulstClient client = VerhulstClient.connect(silent.url())) {
      assertTimesOut(() -> client.withTimeout(SHORT).sigmoid(X));
      InferenceRequest request =
          InferenceRequest.builder("m").input("x", Tensor.of(X)).timeout(SHORT).build();
      assertTimesOut(() -> client.infer(request));
    }
  }

  @Test
  void aBodyThatDoesNotEndTimesOutAndTheConnectionIsClosed() throws InterruptedException {
    try (VerhulstClient client =
        VerhulstClient.builder(stuckInTheBody.url()).timeout(SHORT).build()) {
      assertTimesOut(() -> client.sigmoid(X));
      assertThat(clientLeft.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void futuresTimeOutToo() {
    try (VerhulstClient client = VerhulstClient.builder(silent.url()).timeout(SHORT).build()) {
      assertThatThrownBy(() -> client.async().sigmoid(X).join())
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(RequestTimeoutException.class);
    }
  }

  @Test
  void theTimeoutIncludesTheWaitsBetweenAttempts() {
    try (FakeServer busy = new FakeServer().reply(Reply.error(503, "busy"));
        VerhulstClient client =
            VerhulstClient.builder(busy.url())
                .timeout(SHORT)
                .sleeper(wait -> new CompletableFuture<@Nullable Void>())
                .build()) {
      assertTimesOut(() -> client.sigmoid(X));
    }
  }

  @Test
  void cancellingAFutureClosesTheConnection() throws InterruptedException {
    try (VerhulstClient client = VerhulstClient.connect(silent.url())) {
      CompletableFuture<float[]> call = client.async().sigmoid(X);
      Eventually.isTrue(() -> silent.requests() == 1);
      call.cancel(true);
      assertThat(clientLeft.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void interruptingTheCallerGivesTheCallUp() throws InterruptedException {
    try (VerhulstClient client = VerhulstClient.connect(silent.url())) {
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      AtomicReference<Boolean> interrupted = new AtomicReference<>();
      Thread caller =
          new Thread(
              () -> {
                try {
                  client.sigmoid(X);
                } catch (CallCancelledException e) {
                  thrown.set(e);
                  interrupted.set(Thread.currentThread().isInterrupted());
                }
              });
      caller.start();
      Eventually.isTrue(() -> silent.requests() == 1);
      caller.interrupt();
      caller.join(20_000);
      assertThat(thrown.get()).hasMessageContaining("cancelled");
      assertThat(interrupted.get()).isTrue();
      assertThat(clientLeft.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }
}

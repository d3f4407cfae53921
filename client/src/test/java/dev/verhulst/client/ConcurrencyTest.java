package dev.verhulst.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.client.error.ConnectionException;
import dev.verhulst.client.server.FakeServer;
import dev.verhulst.client.server.RawServer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One client in many threads, and its end. */
class ConcurrencyTest {

  private static final int THREADS = 32;

  @Test
  void thirtyTwoThreadsEachGetTheirOwnAnswers() throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(THREADS);
    try (FakeServer server = EchoServer.start();
        VerhulstClient client = VerhulstClient.connect(server.url())) {
      List<Callable<Integer>> tasks = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        long seed = thread;
        tasks.add(() -> callManyTimes(client, new Random(seed)));
      }
      for (Future<Integer> done : executor.invokeAll(tasks)) {
        assertThat(done.get()).isEqualTo(20);
      }
    } finally {
      executor.shutdownNow();
    }
  }

  private static int callManyTimes(VerhulstClient client, Random random) {
    int calls = 0;
    for (; calls < 20; calls++) {
      float[] values = new float[random.nextInt(5000)];
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextFloat();
      }
      assertThat(client.sigmoid(values)).isEqualTo(values);
    }
    return calls;
  }

  /** Neither what has come nor what has failed waits for a pool that belongs to everybody. */
  @Test
  @Timeout(30)
  void answersDoNotWaitForTheCommonPool() {
    CountDownLatch release = new CountDownLatch(1);
    try (FakeServer server = EchoServer.start();
        RawServer broken = RawServer.answering("");
        VerhulstClient client = VerhulstClient.connect(server.url());
        VerhulstClient failing = VerhulstClient.connect(broken.url())) {
      ForkJoinPool pool = ForkJoinPool.commonPool();
      for (int i = 0; i < 2 * pool.getParallelism(); i++) {
        pool.execute(() -> await(release));
      }
      assertThat(client.sigmoid(new float[] {1})).containsExactly(1);
      assertThatThrownBy(failing::serverMetadata).isInstanceOf(ConnectionException.class);
    } finally {
      release.countDown();
    }
  }

  @Test
  @Timeout(30)
  void whatContinuesOneCallHoldsUpNoOther() {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    try (FakeServer server =
            new FakeServer()
                .behave(
                    request -> {
                      await(begun);
                      return EchoServer.echo(request);
                    });
        VerhulstClient client = VerhulstClient.connect(server.url())) {
      CountDownLatch continued = new CountDownLatch(THREADS);
      for (int i = 0; i < THREADS; i++) {
        client
            .async()
            .sigmoid(new float[] {i})
            .thenRun(
                () -> {
                  continued.countDown();
                  await(release);
                });
      }
      begun.countDown();
      await(continued);
      assertThat(client.sigmoid(new float[] {1})).containsExactly(1);
    } finally {
      release.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void largeBodiesArriveWhole() {
    float[] values = new float[16 << 20];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    try (FakeServer server = EchoServer.start();
        VerhulstClient client = VerhulstClient.connect(server.url())) {
      assertThat(client.relu(values)).isEqualTo(values);
    }
  }

  @Test
  void futuresRunSideBySide() {
    try (FakeServer server = EchoServer.start();
        VerhulstClient client = VerhulstClient.connect(server.url())) {
      List<CompletableFuture<float[]>> calls = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        calls.add(client.async().tanh(new float[] {i}));
      }
      for (int i = 0; i < 100; i++) {
        assertThat(calls.get(i).join()).containsExactly(i);
      }
    }
  }

  @Test
  void closingWaitsForCallsInFlightAndRefusesNewOnes() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    String answer = "{\"name\":\"s\",\"version\":\"1\",\"extensions\":[]}";
    try (RawServer server =
        new RawServer(
            connection -> {
              arrived.countDown();
              release.await();
              connection
                  .getOutputStream()
                  .write(
                      ("HTTP/1.1 200 OK\r\nContent-Length: "
                              + answer.length()
                              + "\r\n\r\n"
                              + answer)
                          .getBytes(StandardCharsets.US_ASCII));
            })) {
      VerhulstClient client = VerhulstClient.connect(server.url());
      CompletableFuture<?> inFlight = client.async().serverMetadata();
      assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
      Thread closing = new Thread(client::close);
      closing.start();
      Eventually.isTrue(() -> closing.getState() == Thread.State.WAITING);
      assertThatIllegalStateException()
          .isThrownBy(client::isLive)
          .withMessageContaining("the client is closed");
      assertThat(inFlight).isNotDone();
      release.countDown();
      closing.join(20_000);
      assertThat(closing.isAlive()).isFalse();
      assertThat(inFlight).isCompleted();
      client.close();
    }
  }

  @Test
  void interruptingTheClosingThreadGivesTheCallsUp() throws Exception {
    try (RawServer server = new RawServer(RawServer::awaitEnd)) {
      VerhulstClient client = VerhulstClient.connect(server.url());
      CompletableFuture<?> inFlight = client.async().serverMetadata();
      Eventually.isTrue(() -> server.requests() == 1);
      Thread closing = new Thread(client::close);
      closing.start();
      closing.interrupt();
      closing.join(20_000);
      assertThat(closing.isAlive()).isFalse();
      Eventually.isTrue(inFlight::isCompletedExceptionally);
    }
  }

  @Test
  void aCallbackMayCloseTheClient() throws Exception {
    try (FakeServer server = EchoServer.start()) {
      VerhulstClient client = VerhulstClient.connect(server.url());
      client.async().sigmoid(new float[] {1}).thenRun(client::close).get(20, TimeUnit.SECONDS);
      assertThatIllegalStateException().isThrownBy(client::isLive);
    }
  }

  @Test
  void closingEndsTheThreads() {
    try (FakeServer server = EchoServer.start()) {
      VerhulstClient client = VerhulstClient.connect(server.url());
      client.sigmoid(new float[] {1});
      client.close();
      Eventually.isTrue(
          () ->
              Thread.getAllStackTraces().keySet().stream()
                  .noneMatch(thread -> thread.getName().startsWith("verhulst-client-")));
    }
  }
}

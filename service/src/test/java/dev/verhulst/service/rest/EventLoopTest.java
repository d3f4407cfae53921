package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.service.fakes.FakeDevice;
import dev.verhulst.service.model.ModelCatalogue;
import dev.verhulst.service.threads.EventLoopThread;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Connections with short requests, which the threads of the event loops answer themselves. There
 * are more connections than loops, so that one that stands still would be noticed.
 */
class EventLoopTest {

  private static final String INFER = "/v2/models/sigmoid/infer";

  /** More than are served by other threads after one that has waited. */
  private static final int MANY = 200;

  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
  private static final int CONNECTIONS = 4 * PROCESSORS;

  private final FakeDevice device = new FakeDevice();
  private final Set<Thread> computing = ConcurrentHashMap.newKeySet();
  private final List<RawHttp> clients = new ArrayList<>();
  private TestServer server;

  @BeforeEach
  void start() {
    server = TestServer.start(device, "verhulst.batching.concurrency=1");
    device.fault(launch -> computing.add(Thread.currentThread()));
  }

  @AfterEach
  void stop() throws Exception {
    for (RawHttp client : clients) {
      client.close();
    }
    server.expectEverythingGivenBack();
    server.close();
    // A server that is closed leaves no thread behind.
    await(() -> threadsOfLoops().isEmpty());
  }

  /** FP32 values as bytes; their answers are x + 1. */
  private static byte[] request(float x, int elements) {
    ByteBuffer body = ByteBuffer.allocate(4 * elements).order(ByteOrder.LITTLE_ENDIAN);
    while (body.hasRemaining()) {
      body.putFloat(x);
    }
    byte[] head =
        "POST %s HTTP/1.1\r\nHost: a\r\nInference-Header-Content-Length: 0\r\nContent-Length: %d\r\n\r\n"
            .formatted(INFER, body.capacity())
            .getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(head.length + body.capacity()).put(head).put(body.array()).array();
  }

  private static void expect(RawHttp client, float y) throws IOException {
    RawHttp.Response response = client.read("POST");
    assertThat(response.status()).isEqualTo(200);
    byte[] body = response.body();
    assertThat(ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN).getFloat(body.length - 4))
        .isEqualTo(y);
  }

  private static void infer(RawHttp client, float x) throws IOException {
    client.send(request(x, 1));
    expect(client, x + 1);
  }

  private RawHttp connect() throws IOException {
    RawHttp client = new RawHttp(server.port());
    clients.add(client);
    return client;
  }

  /** Connections that have had a request each, and so are known for short ones. */
  private List<RawHttp> connectAll() throws IOException {
    List<RawHttp> connections = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      RawHttp client = connect();
      infer(client, i);
      connections.add(client);
    }
    return connections;
  }

  /** A request on a new connection for each of the loops that must not stand still. */
  private void expectAnswersToOthers() throws IOException {
    for (int i = 0; i < CONNECTIONS; i++) {
      RawHttp.Response response = RawHttp.get(server.port(), "/v2/models/sigmoid/ready");
      assertThat(response.status()).isEqualTo(200);
    }
  }

  private static List<Thread> threadsOfLoops() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(EventLoopThread.class::isInstance)
        .filter(Thread::isAlive)
        .toList();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - deadline).as("waited too long").isNegative();
      Thread.sleep(1);
    }
  }

  @Test
  void shortRequestsAreAnsweredOnTheThreadOfALoop() throws Exception {
    RawHttp client = connect();
    infer(client, 0);
    assertThat(computing).singleElement().isNotInstanceOf(EventLoopThread.class);
    // The thread of the request before may still be at the connection.
    for (int i = 0;
        i < MANY && computing.stream().noneMatch(EventLoopThread.class::isInstance);
        i++) {
      infer(client, i);
    }
    computing.clear();
    for (int i = 0; i < MANY; i++) {
      infer(client, i);
    }
    assertThat(computing).singleElement().isInstanceOf(EventLoopThread.class);
  }

  @Test
  void largeOnesAreNot() throws Exception {
    RawHttp client = connect();
    for (int i = 0; i < 3; i++) {
      client.send(request(i, 100_000));
      expect(client, i + 1);
    }
    assertThat(computing).isNotEmpty().noneMatch(EventLoopThread.class::isInstance);
  }

  /** A connection that has always sent short ones until now. */
  @Test
  void oneThatIsLargeAfterAllHoldsUpNoOthers() throws Exception {
    for (RawHttp client : connectAll()) {
      byte[] request = request(1, 1 << 20);
      client.out().write(request, 0, request.length / 2);
      expectAnswersToOthers();
      client.out().write(request, request.length / 2, request.length - request.length / 2);
      expect(client, 2);
    }
  }

  @Test
  void requestsThatWaitForTheDeviceHoldUpNoOthers() throws Exception {
    List<RawHttp> connections = connectAll();
    Semaphore gate = device.hold();
    RawHttp first = connect();
    first.send(request(1, 1));
    await(() -> device.running() == 1);
    for (RawHttp client : connections) {
      client.send(request(2, 1));
    }
    await(
        () ->
            server.bean(ModelCatalogue.class).find("sigmoid", null).batcher().depth()
                == CONNECTIONS);
    expectAnswersToOthers();
    assertThat(threadsOfLoops()).as("two a loop").hasSizeLessThanOrEqualTo(2 * PROCESSORS);
    gate.release(CONNECTIONS + 1);
    expect(first, 2);
    for (RawHttp client : connections) {
      expect(client, 3);
    }
  }

  @Test
  void bodiesThatDoNotComeHoldUpNoOthers() throws Exception {
    byte[] request = request(5, 10_000);
    expectAnswersWhileOthersStopAt(request.length / 2, request);
  }

  @Test
  void headsThatDoNotComeHoldUpNoOthers() throws Exception {
    expectAnswersWhileOthersStopAt(20, request(5, 1));
  }

  private void expectAnswersWhileOthersStopAt(int sent, byte[] request) throws IOException {
    List<RawHttp> connections = connectAll();
    for (RawHttp client : connections) {
      client.out().write(request, 0, sent);
    }
    expectAnswersToOthers();
    for (RawHttp client : connections) {
      client.out().write(request, sent, request.length - sent);
      expect(client, 6);
    }
  }

  /** The container lets a connection be looked for again before it has let go of it. */
  @Test
  void threadsThatAreStillAtAConnectionHoldUpNoOthers() throws Exception {
    List<RawHttp> connections = connectAll();
    List<ReentrantLock> locks = server.locksOfConnections();
    assertThat(locks).hasSizeGreaterThanOrEqualTo(CONNECTIONS);
    locks.forEach(ReentrantLock::lock);
    try {
      for (RawHttp client : connections) {
        client.send(request(5, 1));
      }
      await(() -> locks.stream().allMatch(ReentrantLock::hasQueuedThreads));
      expectAnswersToOthers();
    } finally {
      locks.forEach(ReentrantLock::unlock);
    }
    for (RawHttp client : connections) {
      expect(client, 6);
    }
  }

  /** Far more than the sockets have room for. */
  @Test
  void answersThatNobodyReadsHoldUpNoOthers() throws Exception {
    int requests = 400;
    List<RawHttp> connections = connectAll();
    List<Thread> senders = new ArrayList<>();
    for (RawHttp client : connections) {
      senders.add(
          Thread.startVirtualThread(
              () -> {
                try {
                  for (int i = 0; i < requests; i++) {
                    client.send(request(i, 15_000));
                  }
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              }));
    }
    Thread.sleep(1000);
    assertThat(senders).as("senders that wait for the server").allMatch(Thread::isAlive);
    expectAnswersToOthers();
    for (RawHttp client : connections) {
      for (int i = 0; i < requests; i++) {
        expect(client, i + 1);
      }
    }
  }

  /** Its head has come together with the request before it, so that nobody waits for that. */
  @Test
  void pipelinedRequestsWhoseEndDoesNotComeHoldUpNoOthers() throws Exception {
    byte[] request = request(5, 1);
    int missing = 2;
    for (RawHttp client : connectAll()) {
      ByteBuffer two = ByteBuffer.allocate(2 * request.length).put(request).put(request);
      client.out().write(two.array(), 0, two.capacity() - missing);
      expect(client, 6);
      expectAnswersToOthers();
      client.out().write(request, request.length - missing, missing);
      expect(client, 6);
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws Exception {
    for (RawHttp client : connectAll()) {
      ByteBuffer requests = ByteBuffer.allocate(1 << 20);
      for (int i = 0; i < MANY; i++) {
        requests.put(request(i, 1));
      }
      client.out().write(requests.array(), 0, requests.position());
      for (int i = 0; i < MANY; i++) {
        expect(client, i + 1);
      }
    }
  }

  @Test
  void connectionsOfAllKindsOfRequestsAreServed() throws Exception {
    RawHttp client = connect();
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < MANY; i++) {
        infer(client, i);
      }
      assertThat(client.exchange("GET", "/v2/models/sigmoid", "", new byte[0]).text())
          .contains("\"name\":\"sigmoid\"");
      assertThat(client.exchange("GET", "/v2/nothing", "", new byte[0]).status()).isEqualTo(404);
    }
    // The last one: the container closes a connection whose request was wrong.
    assertThat(client.exchange("POST", INFER, "", new byte[0]).status()).isEqualTo(400);
    assertThat(computing).anyMatch(EventLoopThread.class::isInstance);
  }
}

package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.service.fakes.FakeDevice;
import dev.verhulst.service.model.ModelCatalogue;
import dev.verhulst.service.threads.EventLoopThread;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @TempDir private Path objects;

  private final FakeDevice device = new FakeDevice();
  private final Set<Thread> computing = ConcurrentHashMap.newKeySet();
  private final List<RawHttp> clients = new ArrayList<>();
  private TestServer server;

  @BeforeEach
  void start() {
    server =
        TestServer.start(
            device,
            "verhulst.batching.concurrency=1",
            "verhulst.shared-memory.enabled=true",
            "verhulst.shared-memory.directory=" + objects);
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

  /** Its body is short, but not what it names. */
  @Test
  void largeTensorsInSharedMemoryHoldUpNoOthers() throws Exception {
    Files.write(objects.resolve("tensor"), new byte[1 << 20]);
    assertThat(
            RawHttp.post(
                    server.port(),
                    "/v2/systemsharedmemory/region/tensor/register",
                    "",
                    "{\"key\":\"/tensor\",\"byte_size\":1048576}")
                .status())
        .isEqualTo(200);
    RawHttp client = connectAll().getFirst();
    Semaphore gate = device.hold();
    String body =
        """
        {"inputs":[{"name":"x","datatype":"FP32","shape":[262144],"parameters":{"shared_memory_region":"tensor",\
        "shared_memory_byte_size":1048576}}],"outputs":[{"name":"y","parameters":{"binary_data":true}}]}""";
    client.send(
        "POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(INFER, body.length(), body));
    await(() -> device.running() == 1);
    expectAnswersToOthers();
    gate.release();
    expect(client, 1);
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
      Iterator<Integer> numbers = IntStream.range(0, requests).iterator();
      senders.add(
          untilClosed(() -> client.send(request(numbers.next(), 15_000)), new AtomicBoolean()));
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

  /** The container answers it, and reads its body. */
  @ParameterizedTest
  @ValueSource(strings = {"OPTIONS *", "TRACE /v2"})
  void requestsThatNeverGetHereHoldUpNoOthers(String line) throws Exception {
    byte[] rest =
        (line + " HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    byte[] first = request(5, 1);
    for (RawHttp client : connectAll()) {
      client
          .out()
          .write(ByteBuffer.allocate(first.length + rest.length).put(first).put(rest).array());
      expect(client, 6);
      expectAnswersToOthers();
    }
  }

  /** On a connection of each loop: one is always there when the one before is answered. */
  @Test
  void pipelinedRequestsWithoutEndHoldUpNoOthers() throws Exception {
    byte[] requests = chunkedRequests();
    AtomicBoolean ended = new AtomicBoolean();
    List<Thread> threads = new ArrayList<>();
    for (RawHttp client : connectAll().subList(0, PROCESSORS)) {
      threads.add(untilClosed(() -> client.send(requests), ended));
      threads.add(untilClosed(() -> expect(client, 6), ended));
    }
    expectAnswersToOthers();
    assertThat(threads).allMatch(Thread::isAlive);
    assertThat(ended.getAndSet(true)).isFalse();
  }

  @FunctionalInterface
  private interface Exchange {
    void run() throws IOException;
  }

  /** Repeats that until it has ended, or the connection has. */
  private static Thread untilClosed(Exchange exchange, AtomicBoolean ended) {
    // A virtual thread that never waits would leave none of its carriers to the server.
    return Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                while (!ended.get()) {
                  exchange.run();
                }
              } catch (IOException | NoSuchElementException e) {
                ended.set(true);
              }
            });
  }

  private static byte[] chunkedRequests() {
    byte[] head =
        "POST %s HTTP/1.1\r\nHost: a\r\nInference-Header-Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n"
            .formatted(INFER)
            .getBytes(StandardCharsets.US_ASCII);
    byte[] end = "\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    ByteBuffer requests =
        ByteBuffer.allocate(MANY * (head.length + 4 + end.length)).order(ByteOrder.LITTLE_ENDIAN);
    while (requests.hasRemaining()) {
      requests.put(head).putFloat(5).put(end);
    }
    return requests.array();
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

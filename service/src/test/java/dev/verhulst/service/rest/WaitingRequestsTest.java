package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dev.verhulst.service.fakes.FakeDevice;
import dev.verhulst.service.model.ModelCatalogue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Requests that find the device busy, on a device that works only when told to. */
class WaitingRequestsTest {

  private static final String INFER = "/v2/models/sigmoid/infer";

  private final FakeDevice device = new FakeDevice();
  private final List<RawHttp> clients = new ArrayList<>();
  private TestServer server;
  private Semaphore gate;

  @BeforeEach
  void start() {
    server =
        TestServer.start(
            device,
            "verhulst.batching.concurrency=1",
            "verhulst.batching.max-queue-size=1",
            "verhulst.memory.budget=1MB",
            "verhulst.memory.wait-timeout=1s");
    gate = device.hold();
  }

  @AfterEach
  void stop() throws Exception {
    gate.release(1000);
    for (RawHttp client : clients) {
      client.close();
    }
    server.expectEverythingGivenBack();
    assertThat(RawHttp.get(server.port(), "/v2/health/ready").status()).isEqualTo(200);
    server.close();
  }

  /** Sends a request of FP32 values; its answer is x + 1. */
  private RawHttp send(String parameters, String x) throws IOException {
    RawHttp client = new RawHttp(server.port());
    clients.add(client);
    client.send(request(parameters, x));
    return client;
  }

  private static String request(String parameters, String x) {
    String json =
        "{\"parameters\":{%s},\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[%s]}]}"
            .formatted(parameters, x);
    return "POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(INFER, json.length(), json);
  }

  private RawHttp sendAndAwaitRunning() throws Exception {
    RawHttp client = send("", "1");
    await(() -> device.running() == 1);
    return client;
  }

  private RawHttp sendAndAwaitQueued(String x) throws Exception {
    RawHttp client = send("", x);
    await(() -> queued() == 1);
    return client;
  }

  private int queued() {
    return server.bean(ModelCatalogue.class).find("sigmoid", null).batcher().depth();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - deadline).as("waited too long").isNegative();
      Thread.sleep(1);
    }
  }

  private static void expect(RawHttp client, String y) throws IOException {
    RawHttp.Response response = client.read("POST");
    assertThat(response.status()).as(response.text()).isEqualTo(200);
    assertThat(response.text()).contains("\"data\":[" + y + "]");
  }

  @Test
  void refusesAtOnceWhereTheQueueIsFull() throws Exception {
    RawHttp running = sendAndAwaitRunning();
    RawHttp queued = sendAndAwaitQueued("2");
    RawHttp.Response refused = send("", "3").read("POST");
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.error()).contains("queue of model 'sigmoid' is full");
    assertThat(Integer.parseInt(refused.headers().get("retry-after"))).isPositive();
    gate.release(2);
    expect(running, "2.0");
    expect(queued, "3.0");
    assertThat(server.metric("nv_inference_request_failure", "sigmoid", "reason", "REJECTED"))
        .isEqualTo(1);
    assertThat(server.metric("nv_inference_request_success", "sigmoid")).isEqualTo(2);
  }

  @Test
  void forgetsAQueuedRequestWhoseClientHangsUp() throws Exception {
    RawHttp running = sendAndAwaitRunning();
    RawHttp leaving = sendAndAwaitQueued("2");
    leaving.close();
    await(() -> queued() == 0);
    RawHttp next = sendAndAwaitQueued("3");
    gate.release(2);
    expect(running, "2.0");
    expect(next, "4.0");
    await(
        () -> server.metric("nv_inference_request_failure", "sigmoid", "reason", "CANCELED") == 1);
    assertThat(device.launches()).hasSize(2);
  }

  @Test
  void forgetsAQueuedRequestWhoseClientResetsTheConnection() throws Exception {
    RawHttp running = sendAndAwaitRunning();
    RawHttp leaving = sendAndAwaitQueued("2");
    leaving.reset();
    await(() -> queued() == 0);
    gate.release(1);
    expect(running, "2.0");
    await(
        () -> server.metric("nv_inference_request_failure", "sigmoid", "reason", "CANCELED") == 1);
  }

  @Test
  void letsARequestFinishThatTheDeviceHasTaken() throws Exception {
    RawHttp running = sendAndAwaitRunning();
    RawHttp queued = sendAndAwaitQueued("2");
    running.close();
    Thread.sleep(100);
    assertThat(device.running()).isEqualTo(1);
    gate.release(2);
    expect(queued, "3.0");
  }

  @Test
  void answersPipelinedRequestsInOrder() throws Exception {
    RawHttp running = sendAndAwaitRunning();
    RawHttp pipelining = sendAndAwaitQueued("2");
    for (int i = 3; i < 6; i++) {
      pipelining.send(request("", Integer.toString(i)));
      Thread.sleep(60);
    }
    gate.release(10);
    expect(running, "2.0");
    for (int i = 3; i < 7; i++) {
      expect(pipelining, i + ".0");
    }
  }

  @Test
  void answersARequestWhoseTimeoutPassesInTheQueue() throws Exception {
    RawHttp running = sendAndAwaitRunning();
    RawHttp.Response late = send("\"timeout\":50000", "2").read("POST");
    assertThat(late.status()).isEqualTo(504);
    assertThat(late.error()).contains("waited in the queue for its whole timeout");
    gate.release(1);
    expect(running, "2.0");
  }

  @Test
  void refusesARequestThatFindsNoMemoryInTime() throws Exception {
    RawHttp holding = sendRaw(700_000);
    await(() -> device.running() == 1);
    RawHttp waiting = sendRaw(700_000);
    RawHttp.Response refused = waiting.read("POST");
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.error()).contains("verhulst.memory.budget");
    assertThat(refused.headers()).containsKey("retry-after");
    gate.release(2);
    assertThat(holding.read("POST").status()).isEqualTo(200);
  }

  @Test
  void servesARequestThatFindsMemoryInTime() throws Exception {
    RawHttp holding = sendRaw(700_000);
    await(() -> device.running() == 1);
    RawHttp waiting = sendRaw(700_000);
    Thread.sleep(50);
    gate.release(2);
    assertThat(holding.read("POST").status()).isEqualTo(200);
    assertThat(waiting.read("POST").status()).isEqualTo(200);
  }

  @Test
  void refusesARequestThatNoBudgetCouldHold() throws Exception {
    RawHttp.Response refused = sendRaw(2_000_000).read("POST");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.error()).contains("verhulst.memory.budget");
  }

  /** To its caller, and with its cause to whoever reads the log. */
  @Test
  void reportsADeviceThatFails() throws Exception {
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(ProtocolServlet.class);
    logged.start();
    logger.addAppender(logged);
    device.fault(
        launch -> {
          throw new dev.verhulst.kernels.DeviceException("cuMemcpyHtoD failed");
        });
    gate.release(1);
    RawHttp.Response response = send("", "1").read("POST");
    assertThat(response.status()).isEqualTo(500);
    assertThat(response.error()).contains("cuMemcpyHtoD failed");
    logger.detachAppender(logged);
    assertThat(logged.list)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getLevel()).isEqualTo(Level.ERROR);
              assertThat(ThrowableProxyUtil.asString(event.getThrowableProxy()))
                  .contains("DeviceException: cuMemcpyHtoD failed");
            });
  }

  private RawHttp sendRaw(int byteSize) throws IOException {
    RawHttp client = new RawHttp(server.port());
    clients.add(client);
    client.send(
        "POST %s HTTP/1.1\r\nHost: a\r\nInference-Header-Content-Length: 0\r\nContent-Length: %d\r\n\r\n"
            .formatted(INFER, byteSize));
    client.send("\0".repeat(byteSize).getBytes(StandardCharsets.US_ASCII));
    return client;
  }
}

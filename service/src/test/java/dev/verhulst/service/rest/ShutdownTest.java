package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import dev.verhulst.grpc.protocol.ModelInferResponse;
import dev.verhulst.service.fakes.FakeDevice;
import dev.verhulst.service.grpc.GrpcClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What requests get that are in flight when the server stops, and those that come too late. */
@Timeout(60)
class ShutdownTest {

  private static final int IN_FLIGHT = 6;

  @Test
  void finishesWhatIsInFlightAndRefusesTheRest() throws Exception {
    FakeDevice device = new FakeDevice();
    Semaphore gate = device.hold();
    TestServer server =
        TestServer.start(
            device, "server.shutdown=graceful", "verhulst.batching.concurrency=" + IN_FLIGHT);
    List<RawHttp> clients = new ArrayList<>();
    for (int i = 0; i < IN_FLIGHT; i++) {
      RawHttp client = new RawHttp(server.port());
      client.send(request());
      clients.add(client);
    }
    while (device.running() < IN_FLIGHT) {
      Thread.sleep(1);
    }
    try (RawHttp idle = new RawHttp(server.port())) {
      idle.send("GET /v2/health/ready HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(idle.read("GET").status()).isEqualTo(200);

      CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
      awaitRefusal(server.port());
      expectRefused(idle);
      gate.release(IN_FLIGHT);
      for (RawHttp client : clients) {
        RawHttp.Response response = client.read("POST");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).contains("\"data\":[2.0]");
        client.close();
      }
      closing.get();
    }
  }

  /** The ports close together: neither waits until the other's requests have finished. */
  @Test
  void finishesWhatIsInFlightOverGrpcMeanwhile() throws Exception {
    FakeDevice device = new FakeDevice();
    Semaphore gate = device.hold();
    TestServer server = TestServer.startWithGrpc(device, "server.shutdown=graceful");
    int port = server.port();
    int grpcPort = server.grpcPort();
    try (GrpcClient client = new GrpcClient(grpcPort)) {
      ListenableFuture<ModelInferResponse> call =
          client.futures().modelInfer(GrpcClient.raw("sigmoid", 1).build());
      while (device.running() < 1) {
        Thread.sleep(1);
      }
      CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
      awaitRefusal(port);
      awaitRefusal(grpcPort);
      gate.release();
      assertThat(GrpcClient.floats(call.get())).containsExactly(2);
      closing.get();
    }
  }

  /** A connection that was kept is closed, or its request is refused in the protocol's form. */
  private static void expectRefused(RawHttp idle) {
    try {
      idle.send(request());
      RawHttp.Response response = idle.read("POST");
      assertThat(response.status()).isEqualTo(503);
      assertThat(response.error()).isNotEmpty();
      assertThat(response.headers()).containsKey("retry-after");
    } catch (IOException e) {
      // Closed before the request was read: its client may send it elsewhere.
      return;
    }
  }

  private static void awaitRefusal(int port) throws InterruptedException {
    while (true) {
      try (RawHttp http = new RawHttp(port)) {
        Thread.sleep(1);
      } catch (IOException e) {
        return;
      }
    }
  }

  private static byte[] request() {
    String json =
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}]}";
    return "POST /v2/models/sigmoid/infer HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(json.length(), json)
        .getBytes(StandardCharsets.US_ASCII);
  }
}

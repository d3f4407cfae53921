package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.service.fakes.FakeDevice;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tensors larger than any buffer of the container, which go past those. */
class LargeTensorsTest {

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start(new FakeDevice());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void theServerIsWell() throws Exception {
    server.expectEverythingGivenBack();
    assertThat(RawHttp.get(server.port(), "/v2/health/ready").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1_900, 2_000, 4_000, 4_096, 5_000, 16_384, 50_001, 1 << 20, 3_000_001})
  void areReadAndWrittenWhole(int elements) throws IOException {
    for (boolean raw : new boolean[] {true, false}) {
      LargeTensor tensor = new LargeTensor(elements, elements, raw);
      try (RawHttp http = new RawHttp(server.port())) {
        LargeTensor.send(http, tensor.request());
        tensor.expect(http);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 16_000, 1_000_000})
  void mayComeInChunks(int chunkSize) throws IOException {
    try (RawHttp http = new RawHttp(server.port())) {
      for (boolean raw : new boolean[] {true, false}) {
        LargeTensor tensor = new LargeTensor(100_001, 1, raw);
        LargeTensor.send(http, tensor.chunked(chunkSize));
        tensor.expect(http);
      }
    }
  }

  @Test
  void shareAConnectionWithSmallOnes() throws IOException {
    try (RawHttp http = new RawHttp(server.port())) {
      for (int i = 0; i < 20; i++) {
        LargeTensor tensor = new LargeTensor(i % 2 == 0 ? 100_000 + i : i, i, i % 3 == 0);
        LargeTensor.send(http, tensor.request());
        tensor.expect(http);
      }
    }
  }

  @Test
  void arePipelinedWithSmallOnes() throws IOException {
    try (RawHttp http = new RawHttp(server.port())) {
      LargeTensor[] tensors = new LargeTensor[12];
      byte[][] requests = new byte[tensors.length][];
      for (int i = 0; i < requests.length; i++) {
        tensors[i] = new LargeTensor(i % 2 == 0 ? 100_000 + i : i, i, i % 3 == 0);
        requests[i] = i % 4 == 2 ? tensors[i].chunked(30_000) : tensors[i].request();
      }
      LargeTensor.send(http, requests);
      for (LargeTensor tensor : tensors) {
        tensor.expect(http);
      }
    }
  }

  @Test
  void mayArriveInAnyPieces() throws Exception {
    Random random = new Random(5);
    LargeTensor tensor = new LargeTensor(60_000, 1, false);
    byte[] request = tensor.request();
    for (int i = 0; i < 5; i++) {
      try (RawHttp http = new RawHttp(server.port())) {
        int sent = 0;
        while (sent < request.length) {
          int count = Math.min(request.length - sent, 1 + random.nextInt(20_000));
          http.out().write(request, sent, count);
          sent += count;
          Thread.sleep(random.nextInt(3));
        }
        tensor.expect(http);
      }
    }
  }

  @Test
  void mayWaitForTheSignToSend() throws IOException {
    for (boolean raw : new boolean[] {true, false}) {
      LargeTensor tensor = new LargeTensor(100_000, 1, raw);
      try (RawHttp http = new RawHttp(server.port())) {
        http.send(tensor.head("HTTP/1.1", "Expect: 100-continue\r\n"));
        assertThat(http.readLine()).startsWith("HTTP/1.1 100");
        assertThat(http.readLine()).isEmpty();
        LargeTensor.send(http, tensor.body());
        tensor.expect(http);
      }
    }
  }

  @Test
  void areAnsweredToClientsOfTheOldProtocol() throws IOException {
    LargeTensor tensor = new LargeTensor(100_000, 1, false);
    try (RawHttp http = new RawHttp(server.port())) {
      LargeTensor.send(http, tensor.head("HTTP/1.0", ""), tensor.body());
      tensor.expect(http);
      assertThat(http.readToEnd()).isEmpty();
    }
  }

  @Test
  void areCompressedByTheContainerWhereItIsToldTo() throws Exception {
    LargeTensor tensor = new LargeTensor(50_000, 1, true);
    try (TestServer compressing =
            TestServer.start(
                new FakeDevice(),
                "verhulst.http.compression-level=0",
                "server.compression.enabled=true",
                "server.compression.mime-types=application/octet-stream");
        RawHttp http = new RawHttp(compressing.port())) {
      LargeTensor.send(http, tensor.head("HTTP/1.1", "Accept-Encoding: gzip\r\n"), tensor.body());
      RawHttp.Response response = http.read("POST");
      assertThat(response.headers()).containsEntry("content-encoding", "gzip");
      byte[] body = new GZIPInputStream(new ByteArrayInputStream(response.body())).readAllBytes();
      int head = Integer.parseInt(response.headers().get("inference-header-content-length"));
      assertThat(body).hasSize(head + 4 * tensor.elements());
    }
  }
}

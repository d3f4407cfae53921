package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Named.named;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.verhulst.service.fakes.FakeDevice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that send or read a large tensor slowly, or stop in the middle of it. */
class SlowClientsTest {

  private static final LargeTensor TENSOR = new LargeTensor(4 << 20, 1, false);

  private static TestServer server;

  @BeforeAll
  static void start() {
    server =
        TestServer.start(
            new FakeDevice(), "server.tomcat.connection-timeout=1s", "verhulst.http.body-grace=2s");
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

  /** The timeout holds for each pause, not for the whole. */
  @Test
  void mayTakeLongerThanTheTimeoutInAll() throws Exception {
    byte[] request = TENSOR.request();
    try (RawHttp http = new RawHttp(server.port())) {
      int sent = 0;
      for (int i = 0; i < 8; i++) {
        int count = Math.min(request.length - sent, request.length / 8 + 1);
        http.out().write(request, sent, count);
        sent += count;
        Thread.sleep(300);
      }
      // The answer has filled the socket and waits for a reader now.
      Thread.sleep(600);
      TENSOR.expect(http);
    }
  }

  /** A byte now and then is no pause, but holds the memory of all. */
  @ParameterizedTest
  @MethodSource("bodies")
  void areAnsweredWhereTheySendTooSlowly(byte[] request, int atOnce) throws Exception {
    try (RawHttp http = new RawHttp(server.port())) {
      http.out().write(request, 0, atOnce);
      CompletableFuture<Void> trickle =
          CompletableFuture.runAsync(
              () -> {
                for (int i = atOnce; i < request.length; i++) {
                  try {
                    http.out().write(request, i, 1);
                    Thread.sleep(200);
                  } catch (IOException | InterruptedException e) {
                    return;
                  }
                }
              });
      RawHttp.Response response = http.read("POST");
      assertThat(response.status()).isEqualTo(408);
      http.close();
      trickle.get();
    }
  }

  static Stream<Arguments> bodies() {
    byte[] json = request("Content-Length: 1000\r\n", " ".repeat(1000));
    byte[] index =
        new String(json, StandardCharsets.ISO_8859_1)
            .replace("/v2/models/sigmoid/infer", "/v2/repository/index")
            .getBytes(StandardCharsets.ISO_8859_1);
    String nothing = "\0\0\0\u00FF\u00FF";
    byte[] compressed =
        request(
            "Content-Encoding: deflate\r\nContent-Length: 1002\r\n",
            "\u0078\u0001" + nothing.repeat(200));
    return Stream.of(
        arguments(named("a tensor", TENSOR.request()), 300),
        arguments(named("JSON", json), 300),
        arguments(named("JSON without tensors", index), 300),
        arguments(named("what unfolds to nothing", compressed), 300));
  }

  /** They come beside the body, and count for nothing in it. */
  @Test
  void cannotSendManyExtensionsOfChunks() throws Exception {
    try (RawHttp http = new RawHttp(server.port())) {
      http.send(
          request(
              "Transfer-Encoding: chunked\r\n", "2;" + "a".repeat(300) + "\r\n{}\r\n0\r\n\r\n"));
      assertThat(http.read("POST").status()).isEqualTo(400);
    }
  }

  private static byte[] request(String headers, String body) {
    return ("POST /v2/models/sigmoid/infer HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n" + body)
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void areAnsweredWhereTheyStopSending() throws Exception {
    byte[] request = TENSOR.request();
    try (RawHttp http = new RawHttp(server.port())) {
      http.out().write(request, 0, request.length / 2);
      RawHttp.Response response = http.read("POST");
      assertThat(response.status()).isEqualTo(408);
      assertThat(response.error()).isEqualTo("Request Timeout");
      assertThat(http.readToEnd()).isEmpty();
    }
  }

  @Test
  void getNothingThatLooksLikeAnAnswerWhereTheyHalfClose() throws Exception {
    byte[] request = TENSOR.request();
    try (RawHttp http = new RawHttp(server.port())) {
      http.out().write(request, 0, request.length / 2);
      http.shutdownOutput();
      assertThat(http.readToEnd())
          .satisfiesAnyOf(
              text -> assertThat(text).isEmpty(),
              text -> assertThat(text).startsWith("HTTP/1.1 400").contains("{\"error\":"));
    }
  }

  @Test
  void areLeftWhereTheyStopReading() throws Exception {
    byte[] request = TENSOR.request();
    try (RawHttp http = new RawHttp(server.port())) {
      http.send(request);
      Thread.sleep(500);
      // Leases are given back without anybody reading.
      server.expectEverythingGivenBack();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void leaveNothingBehindWhereTheyDieSending(boolean reset) throws Exception {
    byte[] request = new LargeTensor(1 << 20, 1, false).request();
    Random random = new Random(6);
    for (int i = 0; i < 30; i++) {
      try (RawHttp http = new RawHttp(server.port())) {
        http.out().write(request, 0, random.nextInt(request.length));
        if (reset) {
          http.reset();
        }
      }
    }
    server.expectEverythingGivenBack();
  }

  @Test
  void leaveNothingBehindWhereTheyDieReading() throws IOException, InterruptedException {
    byte[] request = new LargeTensor(2 << 20, 1, true).request();
    for (int i = 0; i < 10; i++) {
      try (RawHttp http = new RawHttp(server.port())) {
        http.send(request);
        assertThat(http.readLine()).startsWith("HTTP/1.1 200");
        http.reset();
      }
    }
    server.expectEverythingGivenBack();
  }
}

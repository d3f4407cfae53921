package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.service.fakes.FakeDevice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
  @ValueSource(booleans = {true, false})
  void areAnsweredWhereTheySendTooSlowly(boolean json) throws Exception {
    byte[] request = json ? jsonRequest() : TENSOR.request();
    int atOnce = json ? request.length / 2 : 300;
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

  private static byte[] jsonRequest() {
    String body =
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[200],\"datatype\":\"FP32\",\"data\":["
            + "1,".repeat(199)
            + "1]}]}";
    return "POST /v2/models/sigmoid/infer HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(body.length(), body)
        .getBytes(StandardCharsets.US_ASCII);
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

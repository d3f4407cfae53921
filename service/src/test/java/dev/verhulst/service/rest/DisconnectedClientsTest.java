package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that leave in the middle of something. */
class DisconnectedClientsTest {

  private static final String INFER = "/v2/models/sigmoid/infer";

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start("server.tomcat.connection-timeout=500ms");
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
  @ValueSource(booleans = {true, false})
  void leavesNothingBehindOfAClientThatDiesWhileItSends(boolean reset) throws Exception {
    String json =
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1000],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":4000}}]}";
    String request =
        "POST %s HTTP/1.1\r\nHost: a\r\nInference-Header-Content-Length: %d\r\nContent-Length: %d\r\n\r\n%s%s"
            .formatted(INFER, json.length(), json.length() + 4000, json, "\0".repeat(4000));
    Random random = new Random(4);
    for (int i = 0; i < 100; i++) {
      RawHttp http = new RawHttp(server.port());
      http.send(request.substring(0, random.nextInt(request.length())));
      if (reset) {
        http.reset();
      } else {
        http.close();
      }
    }
    server.expectEverythingGivenBack();
  }

  @Test
  void leavesNothingBehindOfAClientThatDiesWhileItReads() throws Exception {
    byte[] body = new byte[4 << 20];
    for (int i = 0; i < 10; i++) {
      RawHttp http = new RawHttp(server.port());
      http.send(
          "POST %s HTTP/1.1\r\nHost: a\r\nInference-Header-Content-Length: 0\r\nContent-Length: %d\r\n\r\n"
              .formatted(INFER, body.length));
      http.send(body);
      assertThat(http.readLine()).startsWith("HTTP/1.1 200");
      http.reset();
    }
    server.expectEverythingGivenBack();
  }

  @Test
  void answersAClientThatStopsSending() throws IOException {
    try (RawHttp http = new RawHttp(server.port())) {
      http.send("POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n{".formatted(INFER));
      RawHttp.Response response = http.read("POST");
      assertThat(response.status()).isEqualTo(408);
      assertThat(response.error()).isEqualTo("Request Timeout");
    }
  }

  @Test
  void answersAClientThatHalfClosesTooEarly() throws IOException {
    try (RawHttp http = new RawHttp(server.port())) {
      http.send(
          "POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n%s"
              .formatted(INFER, "{\"inputs\":"));
      http.shutdownOutput();
      String answer = http.readToEnd();
      assertThat(answer)
          .satisfiesAnyOf(
              text -> assertThat(text).isEmpty(),
              text -> assertThat(text).startsWith("HTTP/1.1 400").contains("{\"error\":"));
    }
  }

  @Test
  void answersAClientThatHalfClosesWhenItHasSentEverything() throws IOException {
    String json =
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[0]}]}";
    try (RawHttp http = new RawHttp(server.port())) {
      http.send(
          "POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s"
              .formatted(INFER, json.getBytes(StandardCharsets.UTF_8).length, json));
      http.shutdownOutput();
      assertThat(http.read("POST").text()).contains("[0.5]");
    }
  }
}

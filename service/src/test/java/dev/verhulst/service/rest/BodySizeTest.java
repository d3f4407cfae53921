package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies at the limit, beyond it, far beyond it, and in very many pieces. */
class BodySizeTest {

  private static final String INFER = "/v2/models/sigmoid/infer";
  private static final int LIMIT = 100_000;
  private static final String RAW = "Inference-Header-Content-Length: 0\r\n";

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start("verhulst.http.max-body-size=" + LIMIT + "B");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void theServerIsWell() throws Exception {
    server.expectEverythingGivenBack();
    assertThat(RawHttp.exchange(server.port(), "POST", INFER, RAW, new byte[4]).status())
        .isEqualTo(200);
  }

  enum Form {
    JSON,
    RAW,
    BINARY
  }

  @ParameterizedTest
  @CsvSource({
    "JSON, false",
    "JSON, true",
    "RAW, false",
    "RAW, true",
    "BINARY, false",
    "BINARY, true"
  })
  void takesTheLimitAndNotAByteMore(Form form, boolean chunked) throws IOException {
    RawHttp.Response fits = send(form, chunked, LIMIT);
    assertThat(fits.status()).as(fits.text()).isEqualTo(200);
    RawHttp.Response tooLong = send(form, chunked, LIMIT + 1);
    assertThat(tooLong.status()).isEqualTo(413);
    assertThat(tooLong.error())
        .contains("exceeds the limit of 100000 bytes", "verhulst.http.max-body-size");
  }

  private static RawHttp.Response send(Form form, boolean chunked, int length) throws IOException {
    String json =
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[%d],\"datatype\":\"FP32\",%s}],\"parameters\":{\"binary_data_output\":true}}";
    byte[] body = new byte[length];
    String header = RAW;
    if (form == Form.JSON) {
      Arrays.fill(body, (byte) ' ');
      write(json.formatted(1, "\"data\":[1]"), body);
      header = "";
    } else if (form == Form.BINARY) {
      int elements = (length - 200) / 4;
      String binary =
          json.formatted(
              elements, "\"parameters\":{\"binary_data_size\":%d}".formatted(4 * elements));
      int headLength = length - 4 * elements;
      Arrays.fill(body, 0, headLength, (byte) ' ');
      write(binary, body);
      header = "Inference-Header-Content-Length: " + headLength + "\r\n";
    }
    if (!chunked) {
      return RawHttp.exchange(server.port(), "POST", INFER, header, body);
    }
    byte[] front = (Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    byte[] whole = Arrays.copyOf(front, front.length + length + 7);
    System.arraycopy(body, 0, whole, front.length, length);
    write("\r\n0\r\n\r\n", whole, front.length + length);
    return RawHttp.exchange(
        server.port(), "POST", INFER, "Transfer-Encoding: chunked\r\n" + header, whole);
  }

  private static void write(String text, byte[] to) {
    write(text, to, 0);
  }

  private static void write(String text, byte[] to, int at) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, to, at, bytes.length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1"})
  void refusesToStartWithoutRoomForAnything(String limit) {
    assertThatThrownBy(() -> TestServer.start("verhulst.http.max-body-size=" + limit).close())
        .hasStackTraceContaining("verhulst.http.max-body-size must be positive");
  }

  /** A client that reads only when it has sent everything still gets to read the answer. */
  @Test
  void answersAClientThatSendsFarTooMuchFirst() throws IOException {
    long length = 256L << 20;
    try (RawHttp http = new RawHttp(server.port())) {
      http.send(head("Content-Length: " + length));
      byte[] chunk = new byte[1 << 20];
      for (long sent = 0; sent < length; sent += chunk.length) {
        http.send(chunk);
      }
      RawHttp.Response response = http.read("POST");
      assertThat(response.status()).isEqualTo(413);
      assertThat(response.error()).contains("request body of 268435456 bytes exceeds the limit");
    }
  }

  @Test
  void answersAClientThatNeverStopsSending() throws Exception {
    try (RawHttp http = new RawHttp(server.port())) {
      http.send(head("Transfer-Encoding: chunked"));
      OutputStream out = http.out();
      CompletableFuture<Void> sending =
          CompletableFuture.runAsync(
              () -> {
                byte[] chunk =
                    ("8000\r\n" + "x".repeat(0x8000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
                try {
                  while (true) {
                    out.write(chunk);
                  }
                } catch (IOException e) {
                  // The test has read its answer and closed the connection.
                }
              });
      RawHttp.Response response = http.read("POST");
      assertThat(response.status()).isEqualTo(413);
      assertThat(response.error())
          .contains("request body of more than 100000 bytes exceeds the limit");
      http.close();
      sending.get();
    }
  }

  @Test
  void asksForNoBodyThatItWouldRefuse() throws IOException {
    try (RawHttp http = new RawHttp(server.port())) {
      http.send(head("Content-Length: 3000000000\r\nExpect: 100-continue"));
      String answer = http.readToEnd();
      assertThat(answer).startsWith("HTTP/1.1 413").contains("exceeds the limit");
    }
  }

  @Test
  void asksForABodyThatItTakes() throws IOException {
    try (RawHttp http = new RawHttp(server.port())) {
      http.send(head(RAW + "Content-Length: 4\r\nExpect: 100-continue"));
      assertThat(http.readLine()).startsWith("HTTP/1.1 100");
      assertThat(http.readLine()).isEmpty();
      http.send(new byte[4]);
      assertThat(http.read("POST").status()).isEqualTo(200);
    }
  }

  @Test
  void keepsNoMemoryOfChunks() throws IOException {
    byte[] body =
        "1\r\nx\r\n".repeat(16_384).concat("0\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    long before = 0;
    for (int i = 0; i < 120; i++) {
      if (i == 20) {
        before = usedAfterCollection();
      }
      RawHttp.Response response =
          RawHttp.exchange(
              server.port(), "POST", INFER, RAW + "Transfer-Encoding: chunked\r\n", body);
      assertThat(response.status()).isEqualTo(200);
    }
    assertThat(usedAfterCollection() - before).isLessThan(1 << 20);
  }

  /**
   * The least of several collections: what is on its way to be freed counts in none but the first.
   */
  private static long usedAfterCollection() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 6; i++) {
      System.gc();
      long used = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
      least = Math.min(least, used);
    }
    return least;
  }

  private static String head(String headers) {
    return "POST %s HTTP/1.1\r\nHost: a\r\n%s\r\n\r\n".formatted(INFER, headers);
  }
}

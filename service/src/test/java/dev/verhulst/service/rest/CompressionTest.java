package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.DataType;
import dev.verhulst.service.compression.Compressed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Compressed requests and answers, over a real socket. */
class CompressionTest {

  private static final String INFER = "/v2/models/sigmoid/infer";
  private static final int LIMIT = 1_000_000;

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
  void everythingIsGivenBack() throws InterruptedException {
    server.expectEverythingGivenBack();
  }

  /** How a body is compressed, by the names that clients use. */
  enum Sent {
    PLAIN("identity"),
    GZIP("gzip"),
    ZLIB("deflate"),
    BARE("deflate");

    final String token;

    Sent(String token) {
      this.token = token;
    }

    byte[] of(byte[] plain) {
      return switch (this) {
        case PLAIN -> plain;
        case GZIP -> Compressed.gzip(plain);
        case ZLIB -> Compressed.zlib(plain);
        case BARE -> Compressed.bare(plain);
      };
    }
  }

  enum Form {
    JSON,
    BINARY,
    RAW
  }

  record Case(
      Sent sent, String accepted, Form form, boolean binaryOut, boolean chunked, int size) {}

  static Stream<Case> cases() {
    return Arrays.stream(Sent.values())
        .flatMap(
            sent ->
                Stream.of("identity", "gzip", "deflate")
                    .flatMap(
                        accepted ->
                            Stream.of(0, 3, 30_000)
                                .flatMap(
                                    size ->
                                        Stream.of(
                                            new Case(sent, accepted, Form.JSON, true, false, size),
                                            new Case(sent, accepted, Form.JSON, false, true, size),
                                            new Case(sent, accepted, Form.BINARY, true, true, size),
                                            new Case(
                                                sent, accepted, Form.BINARY, false, false, size),
                                            new Case(sent, accepted, Form.RAW, true, true, size),
                                            new Case(
                                                sent, accepted, Form.RAW, true, false, size)))));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void computesTheSameInEveryCombination(Case each) throws IOException {
    double[] x = new Random(3).doubles(each.size(), -8, 8).map(d -> (float) d).toArray();
    byte[] elements = InferenceHttpTest.bytes(DataType.FP32, x);
    String headers = "";
    byte[] body = elements;
    if (each.form() == Form.RAW) {
      headers = "Inference-Header-Content-Length: 0\r\n";
    } else {
      boolean binary = each.form() == Form.BINARY;
      String data =
          binary
              ? "\"parameters\":{\"binary_data_size\":%d}".formatted(elements.length)
              : "\"data\":" + Arrays.toString(x);
      byte[] json =
          "{\"inputs\":[{\"name\":\"x\",\"shape\":[%d],\"datatype\":\"FP32\",%s}],\"parameters\":{\"binary_data_output\":%b}}"
              .formatted(each.size(), data, each.binaryOut())
              .getBytes(StandardCharsets.US_ASCII);
      body = binary ? InferenceHttpTest.join(json, elements) : json;
      if (binary) {
        headers = "Inference-Header-Content-Length: " + json.length + "\r\n";
      }
    }
    byte[] plain = body;
    RawHttp.Response expected = exchange(headers, plain, false);
    assertThat(expected.status()).as(expected.text()).isEqualTo(200);

    RawHttp.Response response =
        exchange(
            headers
                + "Content-Encoding: %s\r\nAccept-Encoding: %s\r\n"
                    .formatted(each.sent().token, each.accepted()),
            each.sent().of(plain),
            each.chunked());

    assertThat(response.status()).as(response.text()).isEqualTo(200);
    assertThat(unpacked(response)).isEqualTo(expected.body());
    if (each.accepted().equals("identity")) {
      assertThat(response.headers()).doesNotContainKey("content-encoding");
    } else {
      assertThat(response.headers()).containsEntry("content-encoding", each.accepted());
    }
    assertThat(described(response)).isEqualTo(described(expected));
  }

  /** The headers that must be the same however an answer is sent. */
  private static Map<String, String> described(RawHttp.Response response) {
    Map<String, String> headers = new TreeMap<>(response.headers());
    headers
        .keySet()
        .removeAll(
            java.util.Set.of("content-length", "transfer-encoding", "content-encoding", "date"));
    return headers;
  }

  private static byte[] unpacked(RawHttp.Response response) throws IOException {
    ByteArrayInputStream body = new ByteArrayInputStream(response.body());
    return switch (response.headers().get("content-encoding")) {
      case null -> response.body();
      case "gzip" -> new GZIPInputStream(body).readAllBytes();
      case "deflate" -> new InflaterInputStream(body).readAllBytes();
      default -> throw new AssertionError(response.headers());
    };
  }

  private static RawHttp.Response exchange(String headers, byte[] body, boolean chunked)
      throws IOException {
    if (!chunked) {
      return RawHttp.exchange(server.port(), "POST", INFER, headers, body);
    }
    byte[] front = (Integer.toHexString(body.length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    byte[] end = "\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    byte[] whole = InferenceHttpTest.join(InferenceHttpTest.join(front, body), end);
    return RawHttp.exchange(
        server.port(), "POST", INFER, "Transfer-Encoding: chunked\r\n" + headers, whole);
  }

  @Test
  void saysThatAnswersVaryWithWhatTheClientTakes() throws IOException {
    RawHttp.Response response = exchange(raw(Sent.PLAIN), new byte[4], false);
    assertThat(response.headers()).containsEntry("vary", "Accept-Encoding");
    assertThat(response.headers()).containsEntry("content-length", "" + response.body().length);
  }

  @Test
  void givesShortAnswersALengthAndTheConnectionAFurtherRequest() throws IOException {
    try (RawHttp http = new RawHttp(server.port())) {
      for (int i = 0; i < 3; i++) {
        RawHttp.Response response =
            http.exchange(
                "POST",
                INFER,
                raw(Sent.GZIP) + "Accept-Encoding: gzip\r\n",
                Compressed.gzip(new byte[40]));
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers())
            .containsEntry("content-length", "" + response.body().length)
            .doesNotContainKey("transfer-encoding");
      }
    }
  }

  /** Bodies without tensors are no exception. */
  @Test
  void readsSmallBodiesCompressedToo() throws IOException {
    String index = "/v2/repository/index";
    byte[] body = Compressed.gzip("{\"ready\":true}".getBytes(StandardCharsets.UTF_8));
    RawHttp.Response answered =
        RawHttp.exchange(server.port(), "POST", index, "Content-Encoding: gzip\r\n", body);
    assertThat(answered.status()).as(answered.text()).isEqualTo(200);
    assertThat(RawHttp.post(server.port(), index, "Content-Encoding: br\r\n", "{}").status())
        .isEqualTo(501);
    for (String more : new String[] {"{} x", "{\"ready\":true}{}"}) {
      assertThat(RawHttp.post(server.port(), index, "", more).status()).as(more).isEqualTo(400);
    }
  }

  @Test
  void sendsErrorsUncompressed() throws IOException {
    RawHttp.Response response =
        RawHttp.post(server.port(), INFER, "Accept-Encoding: gzip\r\n", "{\"inputs\":3}");
    assertThat(response.status()).isEqualTo(400);
    assertThat(response.headers()).doesNotContainKey("content-encoding");
    assertThat(response.error()).contains("inputs");
  }

  @ParameterizedTest
  @EnumSource(
      value = Sent.class,
      names = {"GZIP", "ZLIB", "BARE"})
  void holdsTheLimitAfterDecompression(Sent sent) throws IOException {
    assertThat(exchange(raw(sent), sent.of(new byte[LIMIT]), false).status()).isEqualTo(200);
    for (int length : new int[] {LIMIT + 4, 200 * LIMIT}) {
      byte[] bomb = sent.of(new byte[length]);
      for (boolean chunked : new boolean[] {true, false}) {
        for (String headers :
            new String[] {raw(sent), "Content-Encoding: " + sent.token + "\r\n"}) {
          RawHttp.Response response = exchange(headers, bomb, chunked);
          assertThat(response.status()).isEqualTo(413);
          assertThat(response.error())
              .isEqualTo(
                  "request body of more than 1000000 bytes, decompressed, exceeds the limit of 1000000 bytes; the server's setting verhulst.http.max-body-size raises it");
        }
      }
    }
  }

  @Test
  void takesIncompressibleDataOfExactlyTheLimit() throws IOException {
    byte[] random = new byte[LIMIT];
    new Random(5).nextBytes(random);
    byte[] compressed = Compressed.gzip(random);
    assertThat(compressed.length).isGreaterThan(LIMIT);
    assertThat(exchange(raw(Sent.GZIP), compressed, false).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @EnumSource(
      value = Sent.class,
      names = {"GZIP", "ZLIB", "BARE"})
  void refusesWhatIsCutOff(Sent sent) throws IOException {
    byte[] whole = sent.of(new byte[4_000]);
    for (int length : new int[] {0, 1, whole.length / 2, whole.length - 1}) {
      RawHttp.Response response = exchange(raw(sent), Arrays.copyOf(whole, length), false);
      assertThat(response.status()).isEqualTo(400);
      assertThat(response.error())
          .isEqualTo(
              "the request's body ends within its %s data; send all of it".formatted(sent.token));
    }
  }

  /** A hundred bodies that are no gzip leave no memory behind. */
  @Test
  void keepsNothingOfMalformedBodies() throws Exception {
    byte[] plain = new byte[100_000];
    new Random(7).nextBytes(plain);
    byte[] gzip = Compressed.gzip(plain);
    long before = 0;
    for (int i = 0; i < 110; i++) {
      if (i == 10) {
        before = usedAfterCollection();
      }
      byte[] wrong = gzip.clone();
      wrong[12 + i % (gzip.length - 30)] ^= (byte) 0x55;
      RawHttp.Response response = exchange(raw(Sent.GZIP), wrong, false);
      assertThat(response.status()).isEqualTo(400);
      assertThat(response.error()).contains("gzip data");
    }
    server.expectEverythingGivenBack();
    assertThat(usedAfterCollection() - before).isLessThan(32 << 20);
  }

  private static long usedAfterCollection() {
    System.gc();
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  void countsTheHeaderLengthDecompressed() throws IOException {
    String json =
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":4}}]}";
    byte[] body = InferenceHttpTest.join(json.getBytes(StandardCharsets.US_ASCII), new byte[4]);
    byte[] compressed = Compressed.gzip(body);
    String headers = "Content-Encoding: gzip\r\nInference-Header-Content-Length: %d\r\n";
    assertThat(exchange(headers.formatted(json.length()), compressed, false).status())
        .isEqualTo(200);
    RawHttp.Response tooLong = exchange(headers.formatted(body.length + 1), compressed, false);
    assertThat(tooLong.status()).isEqualTo(400);
    assertThat(tooLong.error()).contains("past the end of the request's body");
    byte[] tooShort = Compressed.gzip(Arrays.copyOf(body, body.length - 1));
    RawHttp.Response missing = exchange(headers.formatted(json.length()), tooShort, false);
    assertThat(missing.status()).isEqualTo(400);
    assertThat(missing.error()).contains("input 'x' for model 'sigmoid' is missing 1 bytes");
    byte[] more = Compressed.gzip(InferenceHttpTest.join(body, new byte[1]));
    RawHttp.Response behind = exchange(headers.formatted(json.length()), more, false);
    assertThat(behind.status()).isEqualTo(400);
    assertThat(behind.error()).contains("holds bytes behind its last input");
  }

  @Test
  void sendsAnswersAsTheyAreWhereCompressionIsOff() throws Exception {
    try (TestServer plain = TestServer.start("verhulst.http.compression-level=0")) {
      RawHttp.Response response =
          RawHttp.exchange(
              plain.port(),
              "POST",
              INFER,
              raw(Sent.GZIP) + "Accept-Encoding: gzip\r\n",
              Compressed.gzip(new byte[400]));
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.headers()).doesNotContainKeys("content-encoding", "vary");
      plain.expectEverythingGivenBack();
    }
  }

  private static String raw(Sent sent) {
    return "Inference-Header-Content-Length: 0\r\nContent-Encoding: " + sent.token + "\r\n";
  }
}

package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.service.memory.PooledTensorMemory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What memory a body takes of which nobody knows how long it will be. */
class UnknownLengthTest {

  private static final String INFER = "/v2/models/relu/infer";
  private static final String RAW = "Inference-Header-Content-Length: 0\r\n";

  /** The numbers are 15 characters each at most, and exact. */
  @ParameterizedTest
  @ValueSource(ints = {20_000, 100_000, 350_000, 360_000, 500_000})
  void jsonInChunksTakesHardlyMoreThanJsonOfKnownLength(int elements) throws Exception {
    byte[] json = json(elements);
    long known = memoryOf(elements, "", json, false);
    long unknown = memoryOf(elements, "", json, true);
    assertThat(unknown).isLessThan(9L * json.length / 4).isLessThan(known * 5 / 4);
  }

  @Test
  void rawBytesInChunksAreHeldOnceBesideTheTensors() throws Exception {
    int elements = 1_100_000;
    byte[] bytes = new byte[4 * elements];
    ByteBuffer x = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      x.putFloat(value(i));
    }
    // The input, the output, and the body in pieces.
    assertThat(memoryOf(elements, RAW, bytes, true)).isLessThan(4L * bytes.length);
  }

  /** How many bytes of tensor memory a server has needed that has answered this one request. */
  private static long memoryOf(int elements, String header, byte[] body, boolean chunked)
      throws Exception {
    try (TestServer server = TestServer.start("verhulst.memory.budget=256MB")) {
      PooledTensorMemory memory = server.bean(PooledTensorMemory.class);
      long before = memory.allocatedBytes();
      RawHttp.Response response =
          chunked
              ? RawHttp.exchange(
                  server.port(),
                  "POST",
                  INFER,
                  header + "Transfer-Encoding: chunked\r\n",
                  inChunks(body))
              : RawHttp.exchange(server.port(), "POST", INFER, header, body);
      assertThat(response.status()).isEqualTo(200);
      expectAnswer(response, elements);
      server.expectEverythingGivenBack();
      return memory.allocatedBytes() - before;
    }
  }

  private static void expectAnswer(RawHttp.Response response, int elements) {
    int head = Integer.parseInt(response.headers().get("inference-header-content-length"));
    ByteBuffer y =
        ByteBuffer.wrap(response.body(), head, response.body().length - head)
            .order(ByteOrder.LITTLE_ENDIAN);
    assertThat(y.remaining()).isEqualTo(4 * elements);
    for (int i = 0; i < elements; i++) {
      float expected = Math.max(0, value(i));
      if (y.getFloat() != expected) {
        throw new AssertionError("element " + i + " is not " + expected);
      }
    }
  }

  private static float value(int i) {
    return (i * 7919L % 1_000_000 - 500_000) / 256f;
  }

  private static byte[] json(int elements) {
    StringBuilder json = new StringBuilder(13 * elements);
    json.append("{\"parameters\":{\"binary_data_output\":true},\"inputs\":[{\"name\":\"x\"");
    json.append(",\"datatype\":\"FP32\",\"shape\":[").append(elements).append("],\"data\":[");
    for (int i = 0; i < elements; i++) {
      json.append(i == 0 ? "" : ",").append(String.format(Locale.ROOT, "% .8f", value(i)));
    }
    return json.append("]}]}").toString().getBytes(StandardCharsets.US_ASCII);
  }

  /** Of a length that is a multiple of nothing. */
  private static byte[] inChunks(byte[] body) throws IOException {
    int length = 70_001;
    ByteArrayOutputStream chunks = new ByteArrayOutputStream(body.length + 4096);
    for (int start = 0; start < body.length; start += length) {
      int count = Math.min(length, body.length - start);
      chunks.write((Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      chunks.write(body, start, count);
      chunks.write("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    chunks.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    return chunks.toByteArray();
  }
}

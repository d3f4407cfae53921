package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * A request that sends a tensor of random numbers to a device that computes x + 1, as it goes over
 * the wire.
 *
 * @param elements how many FP32 numbers
 * @param seed what the numbers depend on
 * @param raw whether the body is nothing but the tensor
 */
record LargeTensor(int elements, int seed, boolean raw) {

  private byte[] x() {
    ByteBuffer bytes = ByteBuffer.allocate(4 * elements).order(ByteOrder.LITTLE_ENDIAN);
    new Random(seed).ints(elements, 0, 1 << 20).forEach(x -> bytes.putFloat(x));
    return bytes.array();
  }

  private String json() {
    return raw
        ? ""
        : "{\"inputs\":[{\"name\":\"x\",\"shape\":[%d],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":%d}}],\"parameters\":{\"binary_data_output\":true}}"
            .formatted(elements, 4 * elements);
  }

  /** The request, with a body of known length. */
  byte[] request() {
    return join(head("HTTP/1.1", ""), body());
  }

  /**
   * The request line and the headers.
   *
   * @param version the protocol's, e.g. {@code HTTP/1.1}
   * @param headers more of them, each with its end
   */
  byte[] head(String version, String headers) {
    return "POST /v2/models/sigmoid/infer %s\r\nHost: a\r\nContent-Length: %d\r\nInference-Header-Content-Length: %d\r\n%s\r\n"
        .formatted(version, json().length() + 4 * elements, json().length(), headers)
        .getBytes(StandardCharsets.US_ASCII);
  }

  byte[] body() {
    return join(json().getBytes(StandardCharsets.US_ASCII), x());
  }

  /** The request with its body in chunks of that many bytes. */
  byte[] chunked(int size) {
    byte[] body = body();
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(
        "POST /v2/models/sigmoid/infer HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nInference-Header-Content-Length: %d\r\n\r\n"
            .formatted(json().length())
            .getBytes(StandardCharsets.US_ASCII));
    for (int start = 0; start < body.length; start += size) {
      int count = Math.min(size, body.length - start);
      request.writeBytes((Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      request.write(body, start, count);
      request.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    request.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    return request.toByteArray();
  }

  /** Reads an answer, and holds every number in it to what it should be. */
  void expect(RawHttp http) throws IOException {
    RawHttp.Response response = http.read("POST");
    assertThat(response.status()).isEqualTo(200);
    int head = Integer.parseInt(response.headers().get("inference-header-content-length"));
    assertThat(new String(response.body(), 0, head, StandardCharsets.US_ASCII))
        .contains("\"model_name\":\"sigmoid\"")
        .endsWith("\"binary_data_size\":%d}}]}".formatted(4 * elements));
    ByteBuffer y =
        ByteBuffer.wrap(response.body(), head, response.body().length - head)
            .slice()
            .order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer x = ByteBuffer.wrap(x()).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(y.remaining()).isEqualTo(x.remaining());
    while (x.hasRemaining()) {
      if (y.getFloat() != x.getFloat() + 1) {
        throw new AssertionError("element " + (x.position() / 4 - 1) + " is wrong");
      }
    }
  }

  /** Sends while the test already reads, so that neither side's socket stays full. */
  static void send(RawHttp http, byte[]... requests) {
    var _ =
        CompletableFuture.runAsync(
            () -> {
              try {
                for (byte[] request : requests) {
                  http.send(request);
                }
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
  }

  private static byte[] join(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }
}

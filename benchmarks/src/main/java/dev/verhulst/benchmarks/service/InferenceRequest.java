package dev.verhulst.benchmarks.service;

import dev.verhulst.client.protocol.ProtocolHeaders;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * A request as a client sends it: the HTTP head, the JSON header and the tensor in FP32, in one
 * piece of memory; and what its answer is to end with.
 */
final class InferenceRequest {

  private final MemorySegment bytes;
  private final MemorySegment tensor;
  private final long answerBytes;
  private final double expectedLast;
  private final double tolerance;

  /**
   * Writes a request for the sigmoid of a tensor.
   *
   * @param arena what it lives as long as
   * @param port the server's
   * @param tensorBytes the size of the tensor, a multiple of 4
   * @param seed tells its numbers, from -8 to 8, from those of another
   */
  InferenceRequest(Arena arena, int port, int tensorBytes, long seed) {
    byte[] start =
        head(port, "sigmoid", "y", Integer.toString(tensorBytes / Float.BYTES), tensorBytes);
    bytes = arena.allocate(start.length + (long) tensorBytes);
    bytes.copyFrom(MemorySegment.ofArray(start));
    tensor = bytes.asSlice(start.length);
    SplittableRandom random = new SplittableRandom(seed);
    for (long i = 0; i < tensorBytes / Float.BYTES; i++) {
      tensor.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i, (float) random.nextDouble(-8, 8));
    }
    answerBytes = tensorBytes;
    expectedLast = 1 / (1 + Math.exp(-x(elements() - 1)));
    tolerance = 1e-6;
  }

  /**
   * Writes a request of one row for a head.
   *
   * @param arena what it lives as long as
   * @param port the server's
   * @param row the row's features
   * @param labels how many labels the head has
   * @param expectedLast the last label's probability
   */
  InferenceRequest(
      Arena arena, int port, String model, float[] row, int labels, double expectedLast) {
    int tensorBytes = row.length * Float.BYTES;
    byte[] start = head(port, model, "probabilities", "1," + row.length, tensorBytes);
    bytes = arena.allocate(start.length + (long) tensorBytes);
    bytes.copyFrom(MemorySegment.ofArray(start));
    tensor = bytes.asSlice(start.length);
    MemorySegment.copy(row, 0, tensor, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, row.length);
    answerBytes = (long) labels * Float.BYTES;
    this.expectedLast = expectedLast;
    tolerance = 1e-4;
  }

  /** All of it. */
  MemorySegment bytes() {
    return bytes;
  }

  long elements() {
    return tensor.byteSize() / Float.BYTES;
  }

  /** The size of the answer's tensor. */
  long answerBytes() {
    return answerBytes;
  }

  /** Whether an answer may end with that number. */
  boolean endsWith(float last) {
    return Math.abs(last - expectedLast) <= tolerance;
  }

  /** What it should end with. */
  double expectedLast() {
    return expectedLast;
  }

  /** One of the tensor's numbers. */
  float x(long index) {
    return tensor.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, index);
  }

  /** The request up to the tensor. */
  private static byte[] head(int port, String model, String output, String shape, int tensorBytes) {
    String json =
        """
        {"id":"1","inputs":[{"name":"x","shape":[%s],"datatype":"FP32",\
        "parameters":{"binary_data_size":%d}}],\
        "outputs":[{"name":"%s","parameters":{"binary_data":true}}]}\
        """
            .formatted(shape, tensorBytes, output);
    return """
    POST /v2/models/%s/infer HTTP/1.1\r
    Host: localhost:%d\r
    Content-Type: application/octet-stream\r
    %s: %d\r
    Content-Length: %d\r
    \r
    %s\
    """
        .formatted(
            model,
            port,
            ProtocolHeaders.INFERENCE_HEADER_CONTENT_LENGTH,
            json.length(),
            json.length() + tensorBytes,
            json)
        .getBytes(StandardCharsets.US_ASCII);
  }
}

package dev.verhulst.benchmarks.service;

import dev.verhulst.client.protocol.ProtocolHeaders;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * A request for the sigmoid of a tensor as a client sends it: the HTTP head, the JSON header and
 * the tensor in FP32, in one piece of memory.
 */
final class InferenceRequest {

  private final MemorySegment bytes;
  private final MemorySegment tensor;

  /**
   * Writes a request.
   *
   * @param arena what it lives as long as
   * @param port the server's
   * @param tensorBytes the size of the tensor, a multiple of 4
   * @param seed tells its numbers, from -8 to 8, from those of another
   */
  InferenceRequest(Arena arena, int port, int tensorBytes, long seed) {
    byte[] start = head(port, tensorBytes).getBytes(StandardCharsets.US_ASCII);
    bytes = arena.allocate(start.length + (long) tensorBytes);
    bytes.copyFrom(MemorySegment.ofArray(start));
    tensor = bytes.asSlice(start.length);
    SplittableRandom random = new SplittableRandom(seed);
    for (long i = 0; i < tensorBytes / Float.BYTES; i++) {
      tensor.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i, (float) random.nextDouble(-8, 8));
    }
  }

  /** All of it. */
  MemorySegment bytes() {
    return bytes;
  }

  long elements() {
    return tensor.byteSize() / Float.BYTES;
  }

  /** One of the tensor's numbers. */
  float x(long index) {
    return tensor.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, index);
  }

  /** The request up to the tensor. */
  private static String head(int port, int tensorBytes) {
    String json =
        """
        {"id":"1","inputs":[{"name":"x","shape":[%d],"datatype":"FP32",\
        "parameters":{"binary_data_size":%d}}],\
        "outputs":[{"name":"y","parameters":{"binary_data":true}}]}"""
            .formatted(tensorBytes / Float.BYTES, tensorBytes);
    return """
        POST /v2/models/sigmoid/infer HTTP/1.1\r
        Host: localhost:%d\r
        Content-Type: application/octet-stream\r
        %s: %d\r
        Content-Length: %d\r
        \r
        %s"""
        .formatted(
            port,
            ProtocolHeaders.INFERENCE_HEADER_CONTENT_LENGTH,
            json.length(),
            json.length() + tensorBytes,
            json);
  }
}

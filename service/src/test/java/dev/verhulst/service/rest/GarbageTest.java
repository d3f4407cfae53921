package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.verhulst.service.fakes.FakeDevice;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much heap a request uses up, whatever the size of its tensor. */
class GarbageTest {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Rounds until the compiler has done its part; what counts is the best of them. */
  private static final int ROUNDS = 20;

  @ParameterizedTest
  @CsvSource({"256, 1000, 10000", "16384, 500, 10000", "262144, 100, 10000", "4194304, 20, 10000"})
  void isLittleWhateverTheSizeOfATensor(int elements, int requests, long limit) throws IOException {
    try (TestServer server = TestServer.start(new FakeDevice(), "verhulst.memory.budget=256MB");
        SocketChannel client =
            SocketChannel.open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()))) {
      ByteBuffer request = request(elements);
      ByteBuffer answer = ByteBuffer.allocateDirect(request.capacity() + 1024);
      long least = Long.MAX_VALUE;
      for (int round = 0; round < ROUNDS && least >= limit; round++) {
        long own = THREADS.getCurrentThreadAllocatedBytes();
        long all = THREADS.getTotalThreadAllocatedBytes();
        for (int i = 0; i < requests; i++) {
          exchange(client, request, answer, elements);
        }
        all = THREADS.getTotalThreadAllocatedBytes() - all;
        own = THREADS.getCurrentThreadAllocatedBytes() - own;
        least = Math.min(least, (all - own) / requests);
      }
      assertThat(least).isLessThan(limit);
    }
  }

  static ByteBuffer request(int elements) {
    String json =
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[%d],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":%d}}],\"parameters\":{\"binary_data_output\":true}}"
            .formatted(elements, 4 * elements);
    byte[] head =
        "POST /v2/models/sigmoid/infer HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\nInference-Header-Content-Length: %d\r\n\r\n%s"
            .formatted(json.length() + 4 * elements, json.length(), json)
            .getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocateDirect(head.length + 4 * elements).put(0, head);
  }

  /** Sends and receives in turns, so that neither side's socket fills up. */
  static void exchange(SocketChannel client, ByteBuffer request, ByteBuffer answer, int elements)
      throws IOException {
    request.clear();
    while (request.hasRemaining()) {
      client.write(request);
    }
    answer.clear();
    int expected = -1;
    do {
      if (client.read(answer) < 0) {
        throw new IOException("the server closed the connection");
      }
      expected = expected < 0 ? lengthOf(answer, elements) : expected;
    } while (answer.position() != expected);
  }

  /** The length of the answer, once its head has arrived. */
  static int lengthOf(ByteBuffer answer, int elements) {
    for (int i = 0; i + 3 < answer.position(); i++) {
      if (answer.get(i) == '\r' && answer.get(i + 1) == '\n' && answer.get(i + 2) == '\r') {
        for (int j = i + 4; j < answer.position(); j++) {
          if (answer.get(j) == ']' && answer.get(j + 1) == '}') {
            return j + 2 + 4 * elements;
          }
        }
      }
    }
    return -1;
  }
}

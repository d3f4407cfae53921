package dev.verhulst.benchmarks.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.kernels.activation.Sigmoid;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The raw server answers right, whole tensors of every size, and the load generator sees it. */
class RawServerTest {

  @ParameterizedTest
  @ValueSource(ints = {4, 1024, 4000, 65_536, 3_000_004})
  void everyNumberOfItsAnswersIsRight(int tensorBytes) throws IOException {
    try (RawServer server = new RawServer(0);
        Arena arena = Arena.ofConfined();
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      InferenceRequest request = new InferenceRequest(arena, server.port(), tensorBytes, 7);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      for (int repetition = 0; repetition < 2; repetition++) {
        socket.getOutputStream().write(request.bytes().toArray(ValueLayout.JAVA_BYTE));

        HttpHead head = readHead(in);
        assertThat(head.status()).isEqualTo(200);
        byte[] json = in.readNBytes((int) head.number(HttpHead.JSON_LENGTH));
        assertThat(new String(json, StandardCharsets.UTF_8))
            .contains("\"model_name\":\"sigmoid\"", "\"shape\":[" + request.elements() + "]");
        assertThat(head.number(HttpHead.CONTENT_LENGTH)).isEqualTo(json.length + tensorBytes);
        MemorySegment y = MemorySegment.ofArray(in.readNBytes(tensorBytes));
        double largestError = 0;
        for (long i = 0; i < request.elements(); i++) {
          double expected = new Sigmoid().value(request.x(i));
          float result = y.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i);
          largestError = Math.max(largestError, Math.abs(result - expected) / expected);
        }
        assertThat(largestError).isLessThan(4e-7);
      }
    }
  }

  @Test
  void aLoadIsAnsweredOnEveryConnection() throws IOException {
    try (RawServer server = new RawServer(0);
        LoadGenerator generator = new LoadGenerator(server.port(), 100_000, 5)) {
      Load load = generator.run(Duration.ofMillis(50));

      assertThat(load.latencies().count()).isGreaterThanOrEqualTo(5);
      assertThat(load.nanoseconds()).isGreaterThanOrEqualTo(50_000_000);
      assertThat(load.requestsPerSecond()).isPositive();
      assertThat(generator.run(Duration.ZERO).latencies().count()).isEqualTo(5);
    }
  }

  @Test
  void anAnswerThatIsNotRightStopsTheLoad() throws IOException {
    assertThatThrownBy(() -> loadOn("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}..abcde"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the answer ends with ");
  }

  @Test
  void anErrorStopsTheLoadWithTheServersWords() throws IOException {
    assertThatThrownBy(
            () -> loadOn("HTTP/1.1 503 \r\ncontent-length: 15\r\n\r\n{\"error\":\"full\"}"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("expected status 200")
        .hasMessageContaining("503")
        .hasMessageContaining("{\"error\":\"full\"}");
  }

  @Test
  void aClosedConnectionStopsTheLoad() throws IOException {
    assertThatThrownBy(() -> loadOn("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}."))
        .isInstanceOf(IOException.class)
        .hasMessage("the server closed the connection within an answer");
  }

  /** Sends one request, of one number, to a server that gives this answer and closes. */
  private static void loadOn(String answer) throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        LoadGenerator generator = new LoadGenerator(server.getLocalPort(), 4, 1)) {
      CompletableFuture<Void> answering =
          CompletableFuture.runAsync(
              () -> {
                try (Socket socket = server.accept()) {
                  HttpHead request = readHead(new DataInputStream(socket.getInputStream()));
                  socket.getInputStream().readNBytes((int) request.number(HttpHead.CONTENT_LENGTH));
                  socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                } catch (IOException failure) {
                  throw new UncheckedIOException(failure);
                }
              });
      try {
        generator.run(Duration.ZERO);
      } finally {
        answering.join();
      }
    }
  }

  private static HttpHead readHead(DataInputStream in) throws IOException {
    MemorySegment bytes = MemorySegment.ofArray(new byte[4096]);
    for (int received = 1; ; received++) {
      bytes.set(ValueLayout.JAVA_BYTE, received - 1, in.readByte());
      HttpHead head = HttpHead.find(bytes, received);
      if (head.isComplete()) {
        return head;
      }
    }
  }
}

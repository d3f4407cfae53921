package dev.verhulst.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.client.activation.Activation;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.protocol.Datatype;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Direct buffers go to the socket and come from it without a copy on the heap: a JVM with 32 MiB of
 * heap sends 96 MiB and receives as many.
 */
class DirectBuffersTest {

  private static final int BYTES = 96 << 20;

  @Test
  void tensorsLargerThanTheHeap() throws Exception {
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      CompletableFuture<Void> served = CompletableFuture.runAsync(() -> serveOnce(server));
      Process client =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx32m",
                  "-XX:MaxDirectMemorySize=" + 3L * BYTES,
                  "-cp",
                  System.getProperty("java.class.path"),
                  SmallHeapClient.class.getName(),
                  Integer.toString(server.socket().getLocalPort()))
              .redirectErrorStream(true)
              .start();
      String output = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(client.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(output).contains("equal: true");
      assertThat(client.exitValue()).isZero();
      served.get(10, TimeUnit.SECONDS);
    }
  }

  /** Answers one request with the bytes of its tensor, in memory off the heap. */
  private static void serveOnce(ServerSocketChannel server) {
    try (SocketChannel connection = server.accept()) {
      ByteBuffer request = ByteBuffer.allocateDirect(BYTES + 4096);
      int end = -1;
      while (end < 0 || request.position() < end) {
        if (connection.read(request) < 0) {
          throw new IOException("the request ended early");
        }
        end = end < 0 ? endOf(request) : end;
      }
      String json =
          "{\"model_name\":\"sigmoid\",\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[%d],\"parameters\":{\"binary_data_size\":%d}}]}"
              .formatted(BYTES / 4, BYTES);
      String head =
          "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nInference-Header-Content-Length: %d\r\n\r\n%s"
              .formatted(json.length() + BYTES, json.length(), json);
      ByteBuffer text = ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII));
      ByteBuffer tensor = request.slice(end - BYTES, BYTES);
      while (tensor.hasRemaining()) {
        connection.write(new ByteBuffer[] {text, tensor});
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Where the request ends; -1 while its head is not complete. */
  private static int endOf(ByteBuffer request) {
    byte[] start = new byte[Math.min(request.position(), 2000)];
    request.get(0, start);
    String head = new String(start, StandardCharsets.ISO_8859_1);
    int headLength = head.indexOf("\r\n\r\n") + 4;
    if (headLength < 4) {
      return -1;
    }
    String length = head.toLowerCase(java.util.Locale.ROOT).split("\r\ncontent-length: *")[1];
    return headLength + Integer.parseInt(length.substring(0, length.indexOf('\r')));
  }

  /** The client's side, in a JVM of its own. */
  static final class SmallHeapClient {

    public static void main(String[] arguments) {
      ByteBuffer x = ByteBuffer.allocateDirect(BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < BYTES / 4; i++) {
        x.putInt(4 * i, i * 0x9E3779B9);
      }
      ByteBuffer y = ByteBuffer.allocateDirect(BYTES);
      try (VerhulstClient client = VerhulstClient.connect("http://localhost:" + arguments[0])) {
        client.apply(Activation.sigmoid(), Tensor.wrap(Datatype.FP32, x, BYTES / 4), y);
      }
      System.out.println("equal: " + x.equals(y));
    }
  }
}

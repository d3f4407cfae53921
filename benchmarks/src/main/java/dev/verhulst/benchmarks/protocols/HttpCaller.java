package dev.verhulst.benchmarks.protocols;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Sends one request over HTTP again and again. */
final class HttpCaller implements Caller {

  private static final int HEAD_SIZE = 4096;

  private final SocketChannel channel;
  private final ByteBuffer request;
  private final ByteBuffer answer;

  /**
   * @param path of the URL
   * @param headers lines that the request has beside its length
   * @param body what it sends
   * @param largestAnswer the answer's body is no longer than that
   */
  HttpCaller(int port, String path, String headers, ByteBuffer body, int largestAnswer)
      throws IOException {
    byte[] head =
        ("POST %s HTTP/1.1\r\nHost: localhost:%d\r\n%sContent-Length: %d\r\n\r\n")
            .formatted(path, port, headers, body.remaining())
            .getBytes(StandardCharsets.US_ASCII);
    request = ByteBuffer.allocateDirect(head.length + body.remaining());
    request.put(head).put(body.duplicate());
    answer = ByteBuffer.allocateDirect(HEAD_SIZE + largestAnswer);
    channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
  }

  @Override
  public void call() throws IOException {
    request.rewind();
    while (request.hasRemaining()) {
      channel.write(request);
    }
    answer.clear();
    int bodyStart = 0;
    String head = "";
    do {
      if (channel.read(answer) < 0) {
        throw new EOFException(
            "the service closed the connection after %d bytes: %s"
                .formatted(answer.position(), head));
      }
      if (bodyStart == 0) {
        head = head();
        bodyStart = head.length();
      }
    } while (bodyStart == 0 || !isComplete(head, bodyStart));
    if (!head.startsWith("http/1.1 200")) {
      throw new IOException("the service answered " + head);
    }
  }

  /** The head in lower case with the empty line; empty where it has not come whole. */
  private String head() {
    byte[] start = new byte[Math.min(answer.position(), HEAD_SIZE)];
    answer.get(0, start);
    String text = new String(start, StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    return end < 0 ? "" : text.substring(0, end + 4).toLowerCase(Locale.ROOT);
  }

  private boolean isComplete(String head, int bodyStart) {
    // The line's start tells it from Inference-Header-Content-Length.
    String name = "\r\ncontent-length:";
    int length = head.indexOf(name);
    if (length >= 0) {
      int start = length + name.length();
      String number = head.substring(start, head.indexOf('\r', start)).strip();
      return answer.position() == bodyStart + Integer.parseInt(number);
    }
    // In chunks, the last of which is empty.
    int end = answer.position();
    return end >= bodyStart + 5
        && answer.get(end - 5) == '0'
        && answer.get(end - 4) == '\r'
        && answer.get(end - 3) == '\n'
        && answer.get(end - 2) == '\r'
        && answer.get(end - 1) == '\n';
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

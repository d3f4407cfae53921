package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * A client that sends whatever it is told to, right or wrong, and reads one answer at a time. It
 * gives up after 20 seconds: a server that hangs fails the test.
 */
final class RawHttp implements AutoCloseable {

  private final Socket socket;
  private final DataInputStream in;

  RawHttp(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
  }

  /**
   * An answer.
   *
   * @param headers by their names in lower case
   */
  record Response(int status, Map<String, String> headers, byte[] body) {

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    /** The message of a body that is an error in the protocol's form and nothing else. */
    String error() {
      assertThat(text()).as("status %d", status).startsWith("{\"error\":\"").endsWith("\"}");
      assertThat(headers.get("content-type")).isEqualTo("application/json");
      return JsonBody.of(text()).singleText("error");
    }
  }

  /** Sends one request on a connection of its own and reads the answer. */
  static Response exchange(int port, String method, String path, String headers, byte[] body)
      throws IOException {
    try (RawHttp http = new RawHttp(port)) {
      return http.exchange(method, path, headers, body);
    }
  }

  static Response get(int port, String path) throws IOException {
    return exchange(port, "GET", path, "", new byte[0]);
  }

  static Response post(int port, String path, String headers, String body) throws IOException {
    return exchange(port, "POST", path, headers, body.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * @param headers lines, each with its end; where they neither begin with a length nor say that it
   *     comes in chunks, the body's length is added
   */
  Response exchange(String method, String path, String headers, byte[] body) throws IOException {
    boolean delimited =
        headers.startsWith("Content-Length:") || headers.contains("Transfer-Encoding:");
    String length = delimited ? "" : "Content-Length: " + body.length + "\r\n";
    send("%s %s HTTP/1.1\r\nHost: localhost\r\n%s%s\r\n".formatted(method, path, length, headers));
    send(body);
    return read(method);
  }

  void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  void send(byte[] bytes) throws IOException {
    out().write(bytes);
    out().flush();
  }

  OutputStream out() throws IOException {
    return socket.getOutputStream();
  }

  Response read(String method) throws IOException {
    String line = line();
    while (line.startsWith("HTTP/1.1 100")) {
      line();
      line = line();
    }
    assertThat(line).startsWith("HTTP/1.1 ");
    int status = Integer.parseInt(line.substring(9, 12));
    Map<String, String> headers = new TreeMap<>();
    while (!(line = line()).isEmpty()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(java.util.Locale.ROOT),
          line.substring(colon + 1).strip());
    }
    byte[] body = new byte[0];
    if (method.equals("HEAD")) {
      return new Response(status, headers, body);
    }
    if (headers.containsKey("content-length")) {
      body = new byte[Integer.parseInt(headers.get("content-length"))];
      in.readFully(body);
    } else if ("chunked".equals(headers.get("transfer-encoding"))) {
      body = chunks();
    } else {
      body = in.readAllBytes();
    }
    return new Response(status, headers, body);
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int length;
    do {
      length = Integer.parseInt(line(), 16);
      body.write(in.readNBytes(length));
      assertThat(line()).isEmpty();
    } while (length > 0);
    return body.toByteArray();
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    int c;
    while ((c = in.read()) != '\n') {
      if (c < 0) {
        throw new EOFException("the server closed the connection after '" + line + "'");
      }
      line.append((char) c);
    }
    return line.toString().stripTrailing();
  }

  /** Closes the connection without the usual farewell. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** Says that nothing more will be sent. */
  void shutdownOutput() throws IOException {
    socket.shutdownOutput();
  }

  String readLine() throws IOException {
    return line();
  }

  /** Everything that the server sends until it closes the connection. */
  String readToEnd() throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

package dev.verhulst.client.http;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What comes in on a connection: heads line by line, bodies in pieces (RFC 9112). */
final class ResponseInput {

  private static final int BUFFER = 16 << 10;
  private static final int LARGEST_PIECE = 64 << 10;
  private static final int LONGEST_HEAD = 384 << 10;
  private static final int LONGEST_CHUNK_SIZE = 16;
  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] [1-9]\\d\\d( .*)?");

  private final Wire wire;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).limit(0);

  ResponseInput(Wire wire) {
    this.wire = wire;
  }

  /** Whether there is something that was read and not asked for. */
  boolean hasLeft() {
    try {
      return buffer.hasRemaining() || wire.hasUnread();
    } catch (IOException e) {
      return true;
    }
  }

  /**
   * Reads a head.
   *
   * @throws NoAnswerException where the connection ends before it begins
   * @throws ProtocolException where it is none of HTTP/1
   */
  ResponseHead head() throws IOException {
    awaitAnswer();
    Lines lines = new Lines("head");
    String status = lines.next();
    if (!STATUS_LINE.matcher(status).matches()) {
      throw new ProtocolException(
          "the answer begins with '"
              + (status.length() > 40 ? status.substring(0, 40) + "..." : status)
              + "', expected the status line of HTTP/1.1");
    }
    int statusCode = Integer.parseInt(status.substring(9, 12));
    return ResponseHead.of(statusCode, headers(lines), status.charAt(7) == '1');
  }

  /** Reads at most so many bytes, of which there have to be some, into a buffer of their own. */
  ByteBuffer piece(long most) throws IOException {
    if (!buffer.hasRemaining() && most >= BUFFER) {
      ByteBuffer piece = ByteBuffer.allocate((int) Math.min(most, LARGEST_PIECE));
      expectMore(wire.read(piece));
      piece.flip();
      // Whoever keeps pieces keeps little more than their bytes.
      return piece.limit() < piece.capacity() / 2 ? copy(piece, piece.limit()) : piece;
    }
    expectMore(fill());
    return copy(buffer, (int) Math.min(most, buffer.remaining()));
  }

  /** Reads whatever comes, to the end of the connection; null there. */
  @Nullable ByteBuffer rest() throws IOException {
    return fill() < 0 ? null : copy(buffer, buffer.remaining());
  }

  /** Reads the line before a chunk: how many bytes it has. The last one has none. */
  long chunkSize() throws IOException {
    String line = new Lines("chunk").next();
    int end = line.indexOf(';');
    String size = (end < 0 ? line : line.substring(0, end)).strip();
    try {
      if (size.length() < LONGEST_CHUNK_SIZE && Character.digit(size.charAt(0), 16) >= 0) {
        return Long.parseLong(size, 16);
      }
    } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
      // Reported below, with the value.
    }
    throw new ProtocolException(
        "a chunk of the answer begins with '" + size + "', expected its size in hexadecimal");
  }

  /** Reads the end of a chunk's line of data. */
  void chunkEnd() throws IOException {
    if (!new Lines("chunk").next().isEmpty()) {
      throw new ProtocolException("a chunk of the answer is longer than it says");
    }
  }

  /** Reads what follows the last chunk. */
  void trailers() throws IOException {
    headers(new Lines("trailers"));
  }

  private void awaitAnswer() throws IOException {
    try {
      if (fill() >= 0) {
        return;
      }
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      throw new NoAnswerException("the connection broke before an answer came: " + e, e);
    }
    throw new NoAnswerException("the server closed the connection without an answer", null);
  }

  private static HttpHeaders headers(Lines lines) throws IOException {
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    String line = lines.next();
    while (!line.isEmpty()) {
      int colon = line.indexOf(':');
      String name = colon < 0 ? "" : line.substring(0, colon);
      if (!NAME.matcher(name).matches()) {
        throw new ProtocolException(
            "the answer has the line '" + line + "' among its headers, expected 'Name: value'");
      }
      StringBuilder value = new StringBuilder(line.substring(colon + 1).strip());
      line = lines.next();
      while (line.startsWith(" ") || line.startsWith("\t")) {
        value.append(' ').append(line.strip());
        line = lines.next();
      }
      headers.computeIfAbsent(name, key -> new ArrayList<>()).add(value.toString());
    }
    return HttpHeaders.of(headers, (name, value) -> true);
  }

  /** Has something in the buffer; -1 where nothing comes any more. */
  private int fill() throws IOException {
    if (buffer.hasRemaining()) {
      return buffer.remaining();
    }
    buffer.clear();
    try {
      return wire.read(buffer);
    } finally {
      buffer.flip();
    }
  }

  private static void expectMore(int count) throws EOFException {
    if (count < 0) {
      throw new EOFException("the server closed the connection in the midst of its answer");
    }
  }

  private static ByteBuffer copy(ByteBuffer from, int count) {
    byte[] bytes = new byte[count];
    from.get(bytes);
    return ByteBuffer.wrap(bytes);
  }

  /** Lines, together no longer than a head may be. */
  private final class Lines {

    private final String what;
    private int left = LONGEST_HEAD;

    Lines(String what) {
      this.what = what;
    }

    String next() throws IOException {
      StringBuilder line = new StringBuilder();
      while (true) {
        expectMore(fill());
        int from = buffer.position();
        int end = from;
        while (end < buffer.limit() && buffer.get(end) != '\n') {
          end++;
        }
        left -= end - from + 1;
        if (left < 0) {
          throw new ProtocolException(
              "the answer's " + what + " has more than " + LONGEST_HEAD + " bytes");
        }
        line.append(new String(buffer.array(), from, end - from, StandardCharsets.ISO_8859_1));
        if (end < buffer.limit()) {
          buffer.position(end + 1);
          int length = line.length();
          return length > 0 && line.charAt(length - 1) == '\r'
              ? line.substring(0, length - 1)
              : line.toString();
        }
        buffer.position(end);
      }
    }
  }
}

package dev.verhulst.service.rest;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The connection that a request came in by. */
interface ClientConnection {

  /** The request attribute that holds it; not there where the container is not set up for it. */
  String ATTRIBUTE = "dev.verhulst.connection";

  /**
   * Whether the client has closed the connection, or reset it, without anything unread before that.
   * Does not block. Nobody may read from the request, or write to its response, meanwhile.
   */
  boolean isClosedByClient();

  /**
   * Reads and throws away what is left of the request's body, after the request was answered:
   * closing a connection with bytes unread resets it, and a client that is still sending would lose
   * the answer. A client that waits for a sign before it sends does not get one.
   *
   * @param limit how long to go on with it
   */
  void discardBody(Duration limit);

  /**
   * Reads the next part of the request's body straight from the socket, past the container's
   * buffers, until the buffer is full. Only where the body's length is known, some of it has been
   * read, nothing that was read is left in the request's stream, and as much as the buffer takes is
   * still to come.
   *
   * @param pace is told of what comes
   * @throws IOException where the client hangs up, or sends nothing for too long, or too slowly
   */
  void readBody(ByteBuffer to, Pace pace) throws IOException;

  /** Says that a request begins: its head was read. */
  void beginRequest();

  /**
   * Says that an answer begins: how long its client may take to read is counted from here, and not
   * from the last answer, which may be long ago.
   */
  void beginAnswer();

  /**
   * Sets the headers of an answer with bytes in it, as {@link HttpServletResponse} would: but as
   * bytes, since the container makes an encoder for each text.
   *
   * @param jsonLength the number of bytes of the JSON in front
   * @param bodyLength the number of bytes of the whole body
   * @param varies whether the answer would be another one with another {@code Accept-Encoding}
   */
  void setBinaryHeaders(long jsonLength, long bodyLength, boolean varies);

  /**
   * Writes a part of the answer's body straight to the socket, past the container's buffers, and
   * the head of the answer before it, where it has not left yet. Only where the answer's length is
   * set, and nothing was written to the response's stream. The container does not count these bytes
   * in its access log.
   *
   * @param memory ends with the part
   * @param start where the part begins; what lies in front of it is overwritten
   * @throws IOException where the client hangs up, or reads nothing for too long
   */
  void writeBody(MemorySegment memory, long start) throws IOException;

  /** The connection of a request, or null. */
  static @Nullable ClientConnection of(HttpServletRequest request) {
    return request.getAttribute(ATTRIBUTE) instanceof ClientConnection connection
        ? connection
        : null;
  }
}

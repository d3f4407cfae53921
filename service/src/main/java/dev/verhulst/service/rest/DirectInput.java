package dev.verhulst.service.rest;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.coyote.Request;
import org.apache.coyote.http11.Http11InputBuffer;
import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * Reads bodies of requests from the socket to where they belong; the container would copy them
 * twice on the way. One for each connection.
 */
final class DirectInput {

  /** How often an empty socket is tried again before the container's poller waits for it. */
  private static final int ATTEMPTS = 16;

  private final Request request;
  private final BodyView counted = new BodyView();

  DirectInput(Request request) {
    this.request = request;
  }

  /** See {@link ClientConnection#readBody}. */
  void read(SocketWrapperBase<?> socket, ByteBuffer to, Pace pace) throws IOException {
    int start = to.position();
    int end = to.limit();
    try {
      while (to.position() < end) {
        int before = to.position();
        long since = System.nanoTime();
        readSome(socket, to.limit(end));
        pace.received(to.position() - before, since);
      }
    } finally {
      account(to.limit(to.position()).position(start));
    }
  }

  /** Reads at least a byte; may move the limit. */
  private static void readSome(SocketWrapperBase<?> socket, ByteBuffer to) throws IOException {
    PlainChannel channel = PlainChannel.of(socket);
    if (channel != null && socket.getSocketBufferHandler().isReadBufferEmpty()) {
      for (int i = 0; i < ATTEMPTS; i++) {
        int read = channel.readNow(to);
        if (read < 0) {
          throw new EOFException("the client closed the connection within the request's body");
        }
        if (read > 0) {
          return;
        }
        // Others have something to do, and the client sends meanwhile.
        Thread.yield();
      }
    }
    if (socket instanceof NioSocketWrapper nio) {
      // The container has not seen what was read past it, and would take the client for idle.
      nio.updateLastRead();
    }
    socket.read(true, to);
  }

  /**
   * Lets the container count bytes that were read past it: they are put in place of its buffer, and
   * read from there. Otherwise it would wait for as many bytes again.
   */
  private void account(ByteBuffer read) throws IOException {
    if (!read.hasRemaining()) {
      return;
    }
    Http11InputBuffer input = (Http11InputBuffer) request.getInputBuffer();
    ByteBuffer containers = input.getByteBuffer();
    input.setByteBuffer(read);
    try {
      request.doRead(counted);
    } finally {
      input.setByteBuffer(containers);
      counted.clear();
    }
  }

  /** Reads and throws away what is left of the body, for a while. */
  void discard(long deadline) throws IOException {
    try {
      // The servlet's stream is closed with the answer, so the body is read from below it.
      while (request.doRead(counted) >= 0 && System.nanoTime() - deadline < 0) {
        // The container counts what it hands out; nobody looks at it.
      }
    } finally {
      counted.clear();
    }
  }

  /** Where the container puts its views of what it has read. */
  private static final class BodyView implements ApplicationBufferHandler {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private ByteBuffer buffer = NOTHING;

    void clear() {
      buffer = NOTHING;
    }

    @Override
    public void setByteBuffer(ByteBuffer buffer) {
      this.buffer = buffer;
    }

    @Override
    public ByteBuffer getByteBuffer() {
      return buffer;
    }

    @Override
    public void expand(int size) {}
  }
}

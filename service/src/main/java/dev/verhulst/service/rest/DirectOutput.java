package dev.verhulst.service.rest;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Response;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * Writes bodies of answers to the socket from where they are, together with the headers in one
 * piece; the container would copy them, and write in pieces. One for each connection.
 */
final class DirectOutput {

  /** What a ByteBuffer can span, and a multiple of every page. */
  private static final long LARGEST_VIEW = 1L << 30;

  /** How often a full socket is tried again before the container's poller waits for it. */
  private static final int ATTEMPTS = 16;

  /** How much is left to the container when it waits for the socket to have room. */
  private static final int CONTAINERS_SHARE = 32 * 1024;

  private final Response response;

  DirectOutput(Response response) {
    this.response = response;
  }

  /** See {@link ClientConnection#writeBody}. */
  void write(SocketWrapperBase<?> socket, MemorySegment memory, long start) throws IOException {
    response.commit();
    PlainChannel channel = PlainChannel.of(socket);
    // The container takes the length away where it compresses the body.
    boolean direct = channel != null && response.getContentLengthLong() >= 0;
    try {
      long position = direct ? takeHead(socket, memory, start) : start;
      while (position < memory.byteSize()) {
        long count = Math.min(LARGEST_VIEW, memory.byteSize() - position);
        ByteBuffer part = memory.asSlice(position, count).asByteBuffer();
        if (direct && channel != null) {
          write(socket, channel, part);
        } else {
          response.doWrite(part);
        }
        position += count;
      }
    } catch (IOException e) {
      response.action(ActionCode.CLOSE_NOW, e);
      throw e;
    }
  }

  /**
   * Moves the head, which the container has put into its buffer, to just before the body.
   *
   * @return where it begins now; where it does not fit, it is sent, and the body begins
   */
  private static long takeHead(SocketWrapperBase<?> socket, MemorySegment memory, long start)
      throws IOException {
    SocketBufferHandler buffers = socket.getSocketBufferHandler();
    if (buffers.isWriteBufferEmpty()) {
      return start;
    }
    buffers.configureWriteBufferForRead();
    ByteBuffer head = buffers.getWriteBuffer();
    int length = head.remaining();
    if (length > start) {
      socket.flush(true);
      return start;
    }
    long headStart = start - length;
    memory.asSlice(headStart, length).copyFrom(MemorySegment.ofBuffer(head));
    head.position(head.limit());
    buffers.configureWriteBufferForWrite();
    return headStart;
  }

  private static void write(SocketWrapperBase<?> socket, PlainChannel channel, ByteBuffer from)
      throws IOException {
    int full = 0;
    while (from.hasRemaining()) {
      if (channel.writeNow(from) > 0) {
        full = 0;
      } else if (++full < ATTEMPTS) {
        // Others have something to do, and the client reads meanwhile.
        Thread.yield();
      } else {
        full = 0;
        int end = from.limit();
        socket.write(true, from.limit(Math.min(end, from.position() + CONTAINERS_SHARE)));
        socket.flush(true);
        from.limit(end);
      }
    }
  }
}

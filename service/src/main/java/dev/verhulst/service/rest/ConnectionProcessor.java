package dev.verhulst.service.rest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.coyote.Adapter;
import org.apache.coyote.Request;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/** The container's processor of a connection, which can be asked whether the client is there. */
final class ConnectionProcessor extends Http11Processor implements ClientConnection {

  /** The last of the places that a request has for such notes; the container uses the first. */
  private static final int NOTE = 31;

  @SuppressWarnings("this-escape") // only kept, and not used before a request comes in
  ConnectionProcessor(AbstractHttp11Protocol<?> protocol, Adapter adapter) {
    super(protocol, adapter);
    request.setNote(NOTE, this);
  }

  /** The connection of a request, or null where another processor has it. */
  static @Nullable ClientConnection of(Request request) {
    return request.getNote(NOTE) instanceof ClientConnection connection ? connection : null;
  }

  @Override
  public boolean isClosedByClient() {
    SocketWrapperBase<?> socket = getSocketWrapper();
    if (socket == null) {
      return true;
    }
    try {
      // What arrives meanwhile stays in the socket's own buffer, where the next request finds it.
      socket.isReadyForRead();
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Override
  public void discardBody(Duration limit) {
    if (request.hasExpectation() && request.getBytesRead() == 0) {
      return;
    }
    long deadline = System.nanoTime() + limit.toNanos();
    Discarded discarded = new Discarded();
    try {
      // The servlet's stream is closed with the answer, so the body is read from below it.
      while (request.doRead(discarded) >= 0 && System.nanoTime() - deadline < 0) {
        // The container counts what it hands out; nobody looks at it.
      }
    } catch (IOException e) {
      // The sender is gone; so is the reason to go on.
      return;
    }
  }

  /** Where the container puts its views of what it has read. */
  private static final class Discarded implements ApplicationBufferHandler {

    private ByteBuffer buffer = ByteBuffer.allocate(0);

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

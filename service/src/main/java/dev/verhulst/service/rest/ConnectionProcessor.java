package dev.verhulst.service.rest;

import dev.verhulst.service.threads.EventLoopThread;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.coyote.Adapter;
import org.apache.coyote.Request;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * The container's processor of a connection, opened up for what the servlet API has no words for.
 */
final class ConnectionProcessor extends Http11Processor implements ClientConnection {

  /** The last of the places that a request has for such notes; the container uses the first. */
  private static final int NOTE = 31;

  private final DirectInput input;
  private final BinaryHeaders headers;
  private final DirectOutput output;

  @SuppressWarnings("this-escape") // only kept, and not used before a request comes in
  ConnectionProcessor(AbstractHttp11Protocol<?> protocol, Adapter adapter) {
    super(protocol, adapter);
    request.setNote(NOTE, this);
    input = new DirectInput(request);
    headers = new BinaryHeaders(response, !protocol.getCompression().equals("off"));
    output = new DirectOutput(response);
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
    if (request.getBytesRead() != request.getContentLengthLong()) {
      EventLoopThread.leaveLoop();
    }
    try {
      input.discard(System.nanoTime() + limit.toNanos());
    } catch (IOException e) {
      // The sender is gone; so is the reason to go on.
      return;
    }
  }

  @Override
  public void readBody(ByteBuffer to, Pace pace) throws IOException {
    input.read(openSocket(), to, pace);
  }

  @Override
  public void beginRequest() {
    PlainChannel channel = plainChannel();
    if (channel != null) {
      channel.begins();
    }
  }

  @Override
  public void beginAnswer() {
    if (getSocketWrapper() instanceof NioSocketWrapper socket) {
      socket.updateLastWrite();
    }
    PlainChannel channel = plainChannel();
    if (channel != null) {
      long read = request.getBytesRead();
      channel.isAnswered(read, read == request.getContentLengthLong());
    }
  }

  private @Nullable PlainChannel plainChannel() {
    SocketWrapperBase<?> socket = getSocketWrapper();
    return socket == null ? null : PlainChannel.of(socket);
  }

  @Override
  public void setBinaryHeaders(long jsonLength, long bodyLength, boolean varies) {
    headers.set(jsonLength, bodyLength, varies);
  }

  @Override
  public void writeBody(MemorySegment memory, long start) throws IOException {
    output.write(openSocket(), memory, start);
  }

  private SocketWrapperBase<?> openSocket() throws IOException {
    SocketWrapperBase<?> socket = getSocketWrapper();
    if (socket == null) {
      throw new EOFException("the connection is closed");
    }
    return socket;
  }
}

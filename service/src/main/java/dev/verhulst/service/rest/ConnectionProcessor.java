package dev.verhulst.service.rest;

import java.io.IOException;
import org.apache.coyote.Adapter;
import org.apache.coyote.Request;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.coyote.http11.Http11Processor;
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
}

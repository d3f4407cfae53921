package dev.verhulst.service.rest;

import java.nio.channels.SocketChannel;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/** The way around the container's buffers to a connection's socket. */
final class PlainSocket {

  private PlainSocket() {}

  /**
   * The channel where what is read and written is what goes over the wire; null where it is not, as
   * with TLS, and where the connection is closed.
   */
  static @Nullable SocketChannel channelOf(SocketWrapperBase<?> socket) {
    return socket.getSocket() instanceof NioChannel channel
            && channel.getClass() == NioChannel.class
        ? channel.getIOChannel()
        : null;
  }
}

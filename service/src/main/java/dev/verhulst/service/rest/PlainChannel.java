package dev.verhulst.service.rest;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * The channel of a connection where what is read and written is what goes over the wire, which is
 * not so with TLS: there is a way around the container's buffers to its socket. The container uses
 * one for several connections, one after the other.
 */
final class PlainChannel extends NioChannel {

  private volatile boolean carriesLargeBodies;

  PlainChannel(SocketBufferHandler buffers) {
    super(buffers);
  }

  /** The channel of a connection; null where it is not a plain one, and where it is closed. */
  static @Nullable PlainChannel of(SocketWrapperBase<?> socket) {
    return socket.getSocket() instanceof PlainChannel channel ? channel : null;
  }

  @Override
  public void reset(SocketChannel channel, NioSocketWrapper socketWrapper) throws IOException {
    carriesLargeBodies = false;
    super.reset(channel, socketWrapper);
  }

  /** Whether the last request that was answered here had a large body. */
  boolean carriesLargeBodies() {
    return carriesLargeBodies;
  }

  /** Notes whether a request had a large body. */
  void carriesLargeBodies(boolean large) {
    carriesLargeBodies = large;
  }
}

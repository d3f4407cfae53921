package dev.verhulst.service.rest;

import dev.verhulst.service.threads.EventLoopThread;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * The channel of a connection where what is read and written is what goes over the wire, which is
 * not so with TLS: there is a way around the container's buffers to its socket. It knows what the
 * connection's next request will probably be like. The container uses one for several connections,
 * one after the other.
 */
final class PlainChannel extends NioChannel {

  /** From how many bytes on a body is large: its client sends it in several goes. */
  static final long LARGE_BODY = 1L << 20;

  /** Up to how many bytes a body is short: a tensor of 64 KiB, and what is said of it. */
  static final long SHORT_BODY = 68 * 1024;

  /** How many requests are not taken for short after one that has waited. */
  private static final int PATIENCE = 64;

  private static final long UNKNOWN = -1;

  /** The length of the body of the last request that was answered here. */
  private volatile long bodyLength = UNKNOWN;

  private volatile int patience;

  /** Whether a request has begun since a thread has turned to the connection, or waited for it. */
  private boolean hasBegun;

  /** Whether to say once that there is nothing to read, without having looked. */
  private boolean skipsReading;

  PlainChannel(SocketBufferHandler buffers) {
    super(buffers);
  }

  /** The channel of a connection; null where it is not a plain one, and where it is closed. */
  static @Nullable PlainChannel of(SocketWrapperBase<?> socket) {
    return socket.getSocket() instanceof PlainChannel channel ? channel : null;
  }

  @Override
  public void reset(SocketChannel channel, NioSocketWrapper socketWrapper) throws IOException {
    bodyLength = UNKNOWN;
    patience = 0;
    hasBegun = false;
    skipsReading = false;
    super.reset(channel, socketWrapper);
  }

  /** Whether the next request will probably be answered without waiting for anything. */
  boolean isNextShort() {
    int left = patience;
    if (left > 0) {
      patience = left - 1;
      return false;
    }
    long length = bodyLength;
    return length != UNKNOWN && length <= SHORT_BODY;
  }

  /** Whether the next request will probably have a large body. */
  boolean isNextLarge() {
    return bodyLength >= LARGE_BODY;
  }

  /** Notes that a request that was taken for a short one has waited for something. */
  void hasWaited() {
    patience = PATIENCE;
  }

  /**
   * Notes that a request begins: whatever is read from here on is its body, and has to be looked
   * for. The container has not looked for a request that came together with the one before. As long
   * as such requests come, its thread is at the connection, and others are not to wait that long.
   */
  void begins() {
    skipsReading = false;
    if (hasBegun) {
      EventLoopThread.leaveLoop();
      Thread.yield();
    }
    hasBegun = true;
  }

  /**
   * Notes that a request is about to be answered. The container looks for the next one right after
   * the answer, when a client that waits for answers has not sent it. So it is told that there is
   * nothing, and its poller looks: at once, where there is something after all.
   *
   * @param bodyLength how much of the request's body was read
   * @param isWhole whether that is all of it: what is left, the container reads after the answer
   */
  void isAnswered(long bodyLength, boolean isWhole) {
    this.bodyLength = bodyLength;
    skipsReading = isWhole;
  }

  /** As the container reads: where there is nothing, it goes on to wait. */
  @Override
  public int read(ByteBuffer to) throws IOException {
    if (skipsReading) {
      skipsReading = false;
      hasBegun = false;
      return 0;
    }
    int count = readNow(to);
    if (count == 0) {
      hasBegun = false;
      EventLoopThread.leaveLoop();
    }
    return count;
  }

  /** As the container writes: where there is no room, it goes on to wait. */
  @Override
  public int write(ByteBuffer from) throws IOException {
    int count = writeNow(from);
    if (from.hasRemaining()) {
      EventLoopThread.leaveLoop();
    }
    return count;
  }

  /** Reads what is there; 0 where there is nothing. */
  int readNow(ByteBuffer to) throws IOException {
    return super.read(to);
  }

  /** Writes what there is room for; 0 where there is none. */
  int writeNow(ByteBuffer from) throws IOException {
    return super.write(from);
  }
}

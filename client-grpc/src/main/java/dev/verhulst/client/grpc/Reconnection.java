package dev.verhulst.client.grpc;

import io.grpc.Attributes;
import io.grpc.ManagedChannel;
import org.jspecify.annotations.Nullable;

/**
 * Has a channel make a new connection where gRPC would not, or not soon.
 *
 * <p>gRPC finds out by pings that a connection has died without a word, as one does that a NAT has
 * forgotten. But servers break a connection with more of them than one in five minutes, if not told
 * otherwise. Here the sign is a call that is given up with nothing come over its connection, for it
 * or for any other, since it went out.
 */
final class Reconnection {

  /** What may have been silent since a call went out over it. */
  record Silence(Attributes connection, long heard) {}

  private final ManagedChannel channel;

  /** The connection that the newest call went out over; null where that has been left. */
  private @Nullable Attributes newest;

  /** How often something has come over that. */
  private long heard;

  Reconnection(ManagedChannel channel) {
    this.channel = channel;
  }

  /** A call goes out over a connection. */
  synchronized Silence begin(Attributes connection) {
    newest = connection;
    return new Silence(connection, heard);
  }

  /** Something has come over a connection. */
  synchronized void hear(Attributes connection) {
    if (connection.equals(newest)) {
      heard++;
    }
  }

  /**
   * Leaves a connection that is silent still, once: calls that begin from now on get another, those
   * under way stay, and the connection closes when the last of them has ended.
   */
  void leaveIfStill(Silence silence) {
    synchronized (this) {
      if (!silence.connection.equals(newest) || silence.heard != heard) {
        return;
      }
      newest = null;
    }
    channel.enterIdle();
  }

  /**
   * Connects at once where a connection has failed: when to try again is the client's to say, which
   * may be sooner than gRPC would.
   */
  void connectNow() {
    channel.resetConnectBackoff();
  }
}

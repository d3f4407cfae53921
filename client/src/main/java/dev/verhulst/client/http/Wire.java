package dev.verhulst.client.http;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** The bytes of a connection. One thread may read while another one writes, and any may close. */
abstract class Wire implements Closeable {

  private final SocketChannel channel;

  Wire(SocketChannel channel) {
    this.channel = channel;
  }

  final SocketChannel channel() {
    return channel;
  }

  /** Waits for bytes and reads what is there; -1 at the end. */
  abstract int read(ByteBuffer to) throws IOException;

  /** Whether bytes have been taken from the channel that nobody has read. */
  abstract boolean hasUnread() throws IOException;

  /** Writes everything. */
  abstract void write(ByteBuffer[] from) throws IOException;

  /**
   * Whether an idle connection is of no use any more: the server has closed it, or has sent what
   * nobody asked for.
   */
  final boolean isStale() {
    try {
      channel.configureBlocking(false);
      int count = channel.read(ByteBuffer.allocate(1));
      channel.configureBlocking(true);
      return count != 0;
    } catch (IOException e) {
      return true;
    }
  }

  /** Closes the connection; whoever reads or writes gets an exception. */
  @Override
  public final void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing more can be done about it.
    }
  }
}

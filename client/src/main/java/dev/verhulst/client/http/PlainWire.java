package dev.verhulst.client.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A connection in the clear. */
final class PlainWire extends Wire {

  PlainWire(SocketChannel channel) {
    super(channel);
  }

  @Override
  boolean hasUnread() {
    return false;
  }

  @Override
  int read(ByteBuffer to) throws IOException {
    return channel().read(to);
  }

  @Override
  void write(ByteBuffer[] from) throws IOException {
    int first = 0;
    while (first < from.length) {
      channel().write(from, first, from.length - first);
      while (first < from.length && !from[first].hasRemaining()) {
        first++;
      }
    }
  }
}

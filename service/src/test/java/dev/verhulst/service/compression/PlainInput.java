package dev.verhulst.service.compression;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;

/** A body that is there already, and comes in pieces of a given size. */
final class PlainInput extends ServletInputStream {

  private final byte[] bytes;
  private final int piece;
  private int position;

  PlainInput(byte[] bytes, int piece) {
    this.bytes = bytes;
    this.piece = piece;
  }

  @Override
  public int read() {
    return position == bytes.length ? -1 : bytes[position++] & 0xFF;
  }

  @Override
  public int read(byte[] to, int offset, int length) {
    if (position == bytes.length) {
      return -1;
    }
    int count = Math.min(Math.min(piece, length), bytes.length - position);
    System.arraycopy(bytes, position, to, offset, count);
    position += count;
    return count;
  }

  @Override
  public boolean isFinished() {
    return position == bytes.length;
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public void setReadListener(ReadListener listener) {
    throw new UnsupportedOperationException("nothing to wait for");
  }
}

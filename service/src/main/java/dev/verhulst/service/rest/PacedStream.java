package dev.verhulst.service.rest;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A request's body as it is sent, whose sender is given up where it is too slow. */
final class PacedStream extends ServletInputStream {

  private final ServletInputStream in;
  private final Pace pace;

  PacedStream(ServletInputStream in, Pace pace) {
    this.in = in;
    this.pace = pace;
  }

  @Override
  public int read() throws IOException {
    long since = System.nanoTime();
    int read = in.read();
    return read < 0 ? read : paced(read, 1, since);
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    long since = System.nanoTime();
    int count = in.read(to, offset, length);
    return count < 0 ? count : paced(count, count, since);
  }

  @Override
  public int read(ByteBuffer to) throws IOException {
    long since = System.nanoTime();
    int count = in.read(to);
    return count < 0 ? count : paced(count, count, since);
  }

  private int paced(int result, int count, long since) throws IOException {
    pace.received(count, since);
    return result;
  }

  @Override
  public int available() throws IOException {
    return in.available();
  }

  @Override
  public boolean isFinished() {
    return in.isFinished();
  }

  @Override
  public boolean isReady() {
    return in.isReady();
  }

  @Override
  public void setReadListener(ReadListener listener) {
    throw new UnsupportedOperationException("this is a bug: a body is read blocking");
  }
}

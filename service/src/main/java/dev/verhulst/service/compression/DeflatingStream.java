package dev.verhulst.service.compression;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Compresses what is written to it on its way to another stream. {@link #finish} writes the end;
 * {@link #close} only gives memory back, so that what broke off does not look complete. Not
 * thread-safe.
 */
public final class DeflatingStream extends ServletOutputStream {

  private static final int WINDOW = 16 * 1024;

  /** A member that says nothing of its origin: RFC 1952, section 2.3. */
  private static final byte[] GZIP_HEADER = {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0, (byte) 0xFF};

  private final ServletOutputStream out;
  private final ContentCoding coding;
  private final Deflater deflater;
  private final CRC32 checksum = new CRC32();
  private final byte[] window = new byte[WINDOW];
  private boolean begun;
  private boolean closed;

  /**
   * @param coding gzip or deflate
   * @param level from 1, the fastest, to 9, the smallest
   */
  public DeflatingStream(ServletOutputStream out, ContentCoding coding, int level) {
    this.out = out;
    this.coding = coding;
    this.deflater = new Deflater(level, coding == ContentCoding.GZIP);
  }

  @Override
  public void write(ByteBuffer from) throws IOException {
    begin();
    if (coding == ContentCoding.GZIP) {
      checksum.update(from.duplicate());
    }
    deflater.setInput(from);
    while (!deflater.needsInput()) {
      writeSome();
    }
  }

  @Override
  public void write(byte[] from, int offset, int length) throws IOException {
    write(ByteBuffer.wrap(from, offset, length));
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  /** Writes the end, and closes the stream that everything went to. */
  public void finish() throws IOException {
    begin();
    deflater.finish();
    while (!deflater.finished()) {
      writeSome();
    }
    if (coding == ContentCoding.GZIP) {
      writeInt((int) checksum.getValue());
      writeInt((int) deflater.getBytesRead());
    }
    out.close();
  }

  private void begin() throws IOException {
    if (!begun && coding == ContentCoding.GZIP) {
      out.write(GZIP_HEADER);
    }
    begun = true;
  }

  private void writeSome() throws IOException {
    int count = deflater.deflate(window);
    if (count > 0) {
      out.write(window, 0, count);
    }
  }

  private void writeInt(int value) throws IOException {
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      out.write(value >>> shift & 0xFF);
    }
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public void setWriteListener(WriteListener listener) {
    throw new UnsupportedOperationException(
        "this is a bug: a compressed answer is written blocking");
  }

  /** Gives the memory of the compressor back. */
  @Override
  public void close() {
    if (!closed) {
      deflater.end();
    }
    closed = true;
  }
}

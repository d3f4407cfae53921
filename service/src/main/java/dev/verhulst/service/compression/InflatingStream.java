package dev.verhulst.service.compression;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * A compressed body as it was before: inflated straight into whatever it is read to, on or off the
 * heap, so that however much it unfolds to, no more memory is taken than the reader has. Where it
 * is cut off or corrupt, reading throws an {@link InferenceException} of kind INVALID_ARGUMENT, and
 * where it is too long as it was sent, of kind TOO_LARGE. Not thread-safe.
 *
 * <p>{@code deflate} stands for the zlib format; some clients send bare deflate data in its name
 * (RFC 9110, section 8.4.1.2), so that is taken too: it does not begin as zlib data does.
 */
public final class InflatingStream extends ServletInputStream {

  private static final int WINDOW = 16 * 1024;

  private final ServletInputStream in;
  private final ContentCoding coding;
  private final long mostSent;
  private final byte[] window = new byte[WINDOW];
  private final CRC32 checksum = new CRC32();
  private long sent;
  private int position;
  private int limit;
  private @Nullable Inflater inflater;
  private boolean within;
  private boolean ended;
  private boolean closed;

  /**
   * @param in the body as it was sent
   * @param coding gzip or deflate
   * @param mostSent how many bytes it may have as it was sent: compressed data can be endless and
   *     unfold to nothing
   */
  public InflatingStream(ServletInputStream in, ContentCoding coding, long mostSent) {
    this.in = in;
    this.coding = coding;
    this.mostSent = mostSent;
  }

  /** Reads at least a byte; both the position of the buffer and the returned count say how many. */
  @Override
  public int read(ByteBuffer to) throws IOException {
    if (!to.hasRemaining()) {
      return 0;
    }
    while (!ended) {
      Inflater current = within && inflater != null ? inflater : begin();
      int count = inflate(current, to);
      if (count > 0) {
        return count;
      }
      if (current.finished()) {
        end(current);
      } else if (current.needsDictionary()) {
        throw corrupt("it needs a preset dictionary");
      } else {
        position = limit;
        expectMore();
        current.setInput(window, position, limit - position);
      }
    }
    return -1;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    return read(ByteBuffer.wrap(to, offset, length));
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  private int inflate(Inflater current, ByteBuffer to) {
    int start = to.position();
    try {
      int count = current.inflate(to);
      if (count > 0 && coding == ContentCoding.GZIP) {
        checksum.update(to.duplicate().flip().position(start));
      }
      return count;
    } catch (DataFormatException e) {
      throw corrupt(e.getMessage() == null ? "it cannot be inflated" : e.getMessage());
    }
  }

  /** Begins with the body, or with a further member of a gzip file. */
  private Inflater begin() throws IOException {
    boolean bare = true;
    if (coding == ContentCoding.GZIP) {
      readGzipHeader();
      checksum.reset();
    } else {
      bare = !beginsAsZlib();
    }
    Inflater beginning = inflater;
    if (beginning == null) {
      beginning = new Inflater(bare);
      inflater = beginning;
    } else {
      beginning.reset();
    }
    beginning.setInput(window, position, limit - position);
    within = true;
    return beginning;
  }

  private void end(Inflater finished) throws IOException {
    position = limit - finished.getRemaining();
    within = false;
    if (coding == ContentCoding.GZIP) {
      if (readInt() != (int) checksum.getValue()) {
        throw corrupt("its checksum does not match");
      }
      if (readInt() != (int) finished.getBytesWritten()) {
        throw corrupt("its length does not match");
      }
    }
    ended = position == limit && !fill();
    if (!ended && coding == ContentCoding.DEFLATE) {
      throw corrupt("there are bytes behind its end");
    }
  }

  /**
   * Whether the first two bytes say deflate, with a window of up to 32 KiB, and check (RFC 1950).
   */
  private boolean beginsAsZlib() throws IOException {
    while (limit < 2) {
      int count = receive(limit);
      if (count < 0) {
        throw cutOff();
      }
      limit += count;
    }
    int first = window[0] & 0xFF;
    int second = window[1] & 0xFF;
    return (first & 0x0F) == 8 && first >>> 4 <= 7 && (first << 8 | second) % 31 == 0;
  }

  /** The header of a member: RFC 1952, section 2.3. */
  private void readGzipHeader() throws IOException {
    if (readByte() != 0x1F || readByte() != 0x8B || readByte() != 8) {
      throw corrupt("it does not begin as gzip data does");
    }
    int flags = readByte();
    if ((flags & 0xE0) != 0) {
      throw corrupt("it has unknown flags");
    }
    skip(6);
    if ((flags & 4) != 0) {
      skip(readByte() | readByte() << 8);
    }
    for (int text = 8; text <= 16; text <<= 1) {
      if ((flags & text) != 0) {
        while (readByte() != 0) {
          // A name or a comment: nobody needs it.
        }
      }
    }
    if ((flags & 2) != 0) {
      skip(2);
    }
  }

  private void skip(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      readByte();
    }
  }

  private int readInt() throws IOException {
    return readByte() | readByte() << 8 | readByte() << 16 | readByte() << 24;
  }

  private int readByte() throws IOException {
    if (position == limit) {
      expectMore();
    }
    return window[position++] & 0xFF;
  }

  private void expectMore() throws IOException {
    if (!fill()) {
      throw cutOff();
    }
  }

  private boolean fill() throws IOException {
    position = 0;
    limit = Math.max(0, receive(0));
    return limit > 0;
  }

  private int receive(int at) throws IOException {
    int count = in.read(window, at, WINDOW - at);
    sent += Math.max(0, count);
    if (sent > mostSent) {
      throw new InferenceException(
          ErrorKind.TOO_LARGE,
          "the request's body has more than %d bytes of %s data, which can unfold to nothing that is allowed"
              .formatted(mostSent, coding.token()));
    }
    return count;
  }

  private InferenceException cutOff() {
    return invalidArgument(
        "the request's body ends within its %s data; send all of it".formatted(coding.token()));
  }

  private InferenceException corrupt(String why) {
    return invalidArgument(
        "the request's body is not the %s data that its Content-Encoding says: %s"
            .formatted(coding.token(), why));
  }

  @Override
  public boolean isFinished() {
    return ended;
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public void setReadListener(ReadListener listener) {
    throw new UnsupportedOperationException("this is a bug: a compressed body is read blocking");
  }

  /** Gives the memory of the decompressor back; the body itself stays as it is. */
  @Override
  public void close() {
    if (inflater != null && !closed) {
      inflater.end();
    }
    closed = true;
    ended = true;
  }
}

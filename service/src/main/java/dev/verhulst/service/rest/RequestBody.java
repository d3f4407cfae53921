package dev.verhulst.service.rest;

import dev.verhulst.service.compression.ContentCoding;
import dev.verhulst.service.compression.InflatingStream;
import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request, decompressed, read in order, up to a limit. Not thread-safe.
 *
 * <p>Where it is compressed, everything that is said of its length is said of what it unfolds to,
 * which nobody knows before its end.
 */
final class RequestBody implements AutoCloseable {

  /** The length of a body that comes in chunks, or compressed: nobody knows before its end. */
  static final long UNKNOWN = -1;

  /** What a ByteBuffer can span, and a multiple of every page. */
  private static final long LARGEST_VIEW = 1L << 30;

  private final @Nullable ClientConnection connection;
  private final @Nullable InflatingStream inflating;
  private final ServletInputStream in;
  private final long contentLength;
  private final long limit;
  private final Pace pace;
  private long consumed;
  private boolean ended;

  /** A byte that was read to see whether there is one, and belongs to the next read; or -1. */
  private int peeked = -1;

  /**
   * @param connection what the request came in by, where that is known
   * @param coding what it is compressed with
   * @param properties how many bytes it may have, and how fast they must come
   * @throws InferenceException of kind TOO_LARGE where it says that it has more
   */
  RequestBody(
      HttpServletRequest request,
      @Nullable ClientConnection connection,
      ContentCoding coding,
      HttpProperties properties)
      throws IOException {
    long sent = request.getContentLengthLong();
    this.limit = properties.maxBodySize().toBytes();
    this.pace = new Pace(properties);
    ServletInputStream paced = new PacedStream(request.getInputStream(), pace);
    if (coding == ContentCoding.IDENTITY) {
      this.connection = connection;
      this.contentLength = sent;
      this.inflating = null;
      this.in = paced;
      if (sent > limit) {
        throw tooLong();
      }
    } else {
      this.connection = null;
      this.contentLength = UNKNOWN;
      this.inflating = new InflatingStream(paced, coding, mostSent(limit));
      this.in = inflating;
    }
  }

  /** What does not get smaller, compressors wrap up in less than a thousandth more. */
  private static long mostSent(long limit) {
    return limit + limit / 1000 + 1024;
  }

  /** How many bytes it has, or {@link #UNKNOWN}. */
  long contentLength() {
    return contentLength;
  }

  /** How many bytes have been read. */
  long consumed() {
    return consumed;
  }

  /** Reads until the range is full or the body ends, and returns how many bytes that were. */
  int read(byte[] to, int offset, int length) throws IOException {
    int count = 0;
    if (peeked >= 0 && length > 0) {
      to[offset] = (byte) peeked;
      count = takePeeked();
    }
    while (count < length) {
      int read = in.read(to, offset + count, length - count);
      if (read < 0) {
        ended = true;
        break;
      }
      count += read;
      consumed(read);
    }
    return count;
  }

  /** Reads until the segment is full or the body ends, and returns how many bytes that were. */
  long read(MemorySegment to) throws IOException {
    long count = 0;
    while (count < to.byteSize() && !ended) {
      long view = Math.min(LARGEST_VIEW, to.byteSize() - count);
      count += read(to.asSlice(count, view).asByteBuffer());
    }
    return count;
  }

  private int read(ByteBuffer to) throws IOException {
    int end = to.limit();
    int position = 0;
    if (peeked >= 0 && end > 0) {
      to.put(0, (byte) peeked);
      position = takePeeked();
    }
    while (position < end) {
      to.limit(end).position(position);
      if (connection != null && isStillInTheSocket(end - position)) {
        connection.readBody(to, pace);
        consumed(end - position);
        return end;
      }
      // The container moves the limit instead of the position: its return value is all there is.
      int read = in.read(to);
      if (read < 0) {
        ended = true;
        break;
      }
      position += read;
      consumed(read);
    }
    return position;
  }

  /** Whether that much of the body comes next, and the container has not read any of it. */
  private boolean isStillInTheSocket(int count) throws IOException {
    return consumed > 0 && contentLength - consumed >= count && in.available() == 0;
  }

  /** Whether nothing is left of it; waits for the sender where it comes in chunks. */
  boolean isAtEnd() throws IOException {
    if (!ended && consumed == contentLength) {
      ended = true;
    }
    if (!ended && peeked < 0) {
      peeked = in.read();
      ended = peeked < 0;
    }
    return ended;
  }

  private int takePeeked() {
    peeked = -1;
    consumed(1);
    return 1;
  }

  private void consumed(int count) {
    consumed += count;
    if (consumed > limit) {
      throw tooLong();
    }
  }

  private InferenceException tooLong() {
    return new InferenceException(
        ErrorKind.TOO_LARGE,
        "request body of %s bytes%s exceeds the limit of %d bytes; the server's setting verhulst.http.max-body-size raises it"
            .formatted(
                contentLength == UNKNOWN ? "more than " + limit : Long.toString(contentLength),
                inflating == null ? "" : ", decompressed,",
                limit));
  }

  /** Gives the memory of its decompressor back, where it has one. */
  @Override
  public void close() {
    if (inflating != null) {
      inflating.close();
    }
  }
}

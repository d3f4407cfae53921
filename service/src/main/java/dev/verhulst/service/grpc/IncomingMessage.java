package dev.verhulst.service.grpc;

import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.inference.Rejection;
import io.grpc.Detachable;
import io.grpc.HasByteBuffer;
import io.grpc.KnownLength;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request message as it came off the wire, in the transport's own buffers, which it holds until
 * it is closed.
 */
final class IncomingMessage implements AutoCloseable {

  /** How large a message may be that came compressed: it is unpacked onto the heap. */
  static final int LARGEST_UNPACKED = 64 << 20;

  private static final InferenceException TOO_LARGE =
      new InferenceException(
          ErrorKind.TOO_LARGE,
          "a compressed message must not be larger than %d bytes when unpacked; send it uncompressed"
              .formatted(LARGEST_UNPACKED));

  private static final InferenceException NO_HEAP =
      InferenceException.unavailable(
          Rejection.NO_MEMORY,
          "too many compressed messages are being unpacked; try again later, or send them uncompressed",
          Duration.ofSeconds(1));

  private static final int PIECE = 64 * 1024;

  /** How much is read by way of the heap where the transport does not show its next buffer. */
  private static final int UNSEEN = 1024;

  private final @Nullable InputStream stream;
  private final List<MemorySegment> pieces;
  private final @Nullable InferenceException refusal;
  private final Runnable whenClosed;
  private boolean closed;

  private IncomingMessage(
      @Nullable InputStream stream,
      List<MemorySegment> pieces,
      @Nullable InferenceException refusal,
      Runnable whenClosed) {
    this.stream = stream;
    this.pieces = pieces;
    this.refusal = refusal;
    this.whenClosed = whenClosed;
  }

  /**
   * Takes a message over from the transport, whose thread calls this.
   *
   * @param inbound what the message counts in until it is closed
   */
  static IncomingMessage of(InputStream stream, InboundMemory.Share inbound) {
    long byteSize = inbound.lastByteSize();
    if (stream instanceof Detachable detachable
        && stream instanceof KnownLength
        && stream instanceof HasByteBuffer
        && stream.markSupported()) {
      InputStream detached = detachable.detach();
      return new IncomingMessage(detached, List.of(), null, () -> inbound.release(byteSize));
    }
    return unpacked(stream, byteSize, inbound);
  }

  private static IncomingMessage unpacked(
      InputStream stream, long byteSize, InboundMemory.Share inbound) {
    List<MemorySegment> pieces = new ArrayList<>();
    long taken = 0;
    boolean kept = false;
    try {
      byte[] piece;
      do {
        piece = stream.readNBytes(PIECE);
        if (!inbound.unpack(piece.length)) {
          return refused(NO_HEAP, byteSize, inbound);
        }
        taken += piece.length;
        if (taken > LARGEST_UNPACKED) {
          return refused(TOO_LARGE, byteSize, inbound);
        }
        pieces.add(MemorySegment.ofArray(piece));
      } while (piece.length > 0);
      kept = true;
      long unpacked = taken;
      return new IncomingMessage(
          null,
          pieces,
          null,
          () -> {
            inbound.release(byteSize);
            inbound.discard(unpacked);
          });
    } catch (StatusRuntimeException e) {
      // The transport counts what it unpacks too, and throws where that is over its own limit.
      return refused(
          new InferenceException(
              ErrorKind.TOO_LARGE, String.valueOf(e.getStatus().getDescription())),
          byteSize,
          inbound);
    } catch (IOException e) {
      return refused(
          InferenceException.invalidArgument(
              "the compressed message cannot be unpacked: " + e.getMessage()),
          byteSize,
          inbound);
    } finally {
      if (!kept) {
        inbound.discard(taken);
      }
    }
  }

  private static IncomingMessage refused(
      InferenceException refusal, long byteSize, InboundMemory.Share inbound) {
    return new IncomingMessage(null, List.of(), refusal, () -> inbound.release(byteSize));
  }

  /**
   * The bytes of the message, valid until it is closed.
   *
   * @throws InferenceException where it came compressed: of kind TOO_LARGE where it is too large,
   *     UNAVAILABLE where too much is being unpacked, INVALID_ARGUMENT where it is corrupt
   */
  List<MemorySegment> pieces() throws IOException {
    if (refusal != null) {
      throw refusal;
    }
    if (stream == null) {
      return pieces;
    }
    List<MemorySegment> views = new ArrayList<>(2);
    // Marked, the stream keeps the buffers that it has passed.
    stream.mark(Integer.MAX_VALUE);
    HasByteBuffer buffers = (HasByteBuffer) stream;
    for (long left = stream.available(); left > 0; left = stream.available()) {
      ByteBuffer view = nextView(stream, buffers);
      if (view == null) {
        views.add(MemorySegment.ofArray(stream.readNBytes((int) Math.min(left, UNSEEN))));
      } else {
        views.add(MemorySegment.ofBuffer(view));
        stream.skipNBytes(view.remaining());
      }
    }
    return views;
  }

  /** The buffer that comes next; null where the transport does not show it. */
  private static @Nullable ByteBuffer nextView(InputStream stream, HasByteBuffer buffers)
      throws IOException {
    // Between its buffers there may be empty ones, of a kind that it shows to nobody.
    stream.skip(0);
    try {
      ByteBuffer view = buffers.getByteBuffer();
      return view == null || !view.hasRemaining() ? null : view;
    } catch (UnsupportedOperationException e) {
      return null;
    }
  }

  /** Gives the transport its buffers back; the second time, nothing. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (stream != null) {
        stream.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      whenClosed.run();
    }
  }
}

package dev.verhulst.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

/** Messages that came compressed: the transport hands them over as plain streams. */
class IncomingMessageTest {

  private final InboundMemory inbound =
      new InboundMemory(
          1 << 20,
          100_000_000,
          new GrpcProperties(DataSize.ofMegabytes(1), DataSize.ofBytes(0), Duration.ZERO, 1));

  private InboundMemory.Share share() {
    return (InboundMemory.Share) inbound.newServerStreamTracer("any", new Metadata());
  }

  @Test
  void countsWhatItUnpacksUntilItIsClosed() throws Exception {
    IncomingMessage message = IncomingMessage.of(zeros(200_000), share());
    assertThat(message.pieces().stream().mapToLong(MemorySegment::byteSize).sum())
        .isEqualTo(200_000);
    assertThat(inbound.unpacked()).isEqualTo(200_000);
    message.close();
    message.close();
    assertThat(inbound.unpacked()).isZero();
  }

  /** Others of its stream may be on their way. */
  @Test
  void givesBackWhatItTookOnTheWireAndNoMore() {
    InboundMemory.Share share = share();
    share.inboundWireSize(100);
    share.inboundMessageRead(0, 100, -1);
    IncomingMessage message = IncomingMessage.of(zeros(200_000), share);
    share.inboundWireSize(700);
    message.close();
    assertThat(inbound.used()).isEqualTo(700);
    share.streamClosed(Status.CANCELLED);
    assertThat(inbound.used()).isZero();
  }

  @Test
  void refusesAMessageThatUnfoldsToTooMuch() {
    IncomingMessage message =
        IncomingMessage.of(zeros(IncomingMessage.LARGEST_UNPACKED + 1L), share());
    expectRefused(message, ErrorKind.TOO_LARGE, "must not be larger than 67108864 bytes");
    IncomingMessage endless = IncomingMessage.of(zeros(Long.MAX_VALUE), share());
    expectRefused(endless, ErrorKind.TOO_LARGE, "send it uncompressed");
  }

  @Test
  void refusesAMessageWhereOthersTakeTheHeap() {
    IncomingMessage other = IncomingMessage.of(zeros(60_000_000), share());
    IncomingMessage message = IncomingMessage.of(zeros(60_000_000), share());
    assertThat(inbound.unpacked()).isEqualTo(60_000_000);
    assertThatThrownBy(message::pieces)
        .isInstanceOfSatisfying(
            InferenceException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE))
        .hasMessageContaining("too many compressed messages");
    message.close();
    other.close();
    assertThat(inbound.unpacked()).isZero();
  }

  @Test
  void refusesAMessageThatCannotBeUnpacked() {
    InputStream corrupt =
        new InputStream() {
          private int left = 100_000;

          @Override
          public int read() throws IOException {
            if (left-- <= 0) {
              throw new ZipException("invalid stored block lengths");
            }
            return 0;
          }
        };
    expectRefused(
        IncomingMessage.of(corrupt, share()),
        ErrorKind.INVALID_ARGUMENT,
        "the compressed message cannot be unpacked: invalid stored block lengths");
  }

  private void expectRefused(IncomingMessage message, ErrorKind kind, String words) {
    assertThat(inbound.unpacked()).isZero();
    assertThatThrownBy(message::pieces)
        .isInstanceOfSatisfying(InferenceException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContaining(words);
    message.close();
    assertThat(inbound.unpacked()).isZero();
  }

  private static InputStream zeros(long count) {
    return new InputStream() {
      private long left = count;

      @Override
      public int read() {
        return left-- > 0 ? 0 : -1;
      }

      @Override
      public int read(byte[] to, int offset, int length) {
        if (left == 0) {
          return -1;
        }
        int read = (int) Math.min(length, left);
        left -= read;
        return read;
      }
    };
  }
}

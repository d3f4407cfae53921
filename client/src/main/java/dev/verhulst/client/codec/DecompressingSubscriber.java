package dev.verhulst.client.codec;

import dev.verhulst.client.transport.Interest;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.ProtocolException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * Gathers a compressed body and hands it on, decompressed, piece by piece, to what reads plain
 * ones, for as long as anybody wants more of it. What is held is the compressed body.
 */
final class DecompressingSubscriber<T> implements BodySubscriber<T> {

  private static final int PIECE_BYTES = 64 << 10;

  private final ContentCoding coding;
  private final BodySubscriber<T> plain;
  private final CompletableFuture<T> body;
  private final Interest interest;
  private final List<ByteBuffer> chunks = new ArrayList<>();

  /**
   * @param interest whether the answer is still wanted
   */
  DecompressingSubscriber(ContentCoding coding, BodySubscriber<T> plain, Interest interest) {
    this.coding = coding;
    this.plain = plain;
    this.body = plain.getBody().toCompletableFuture();
    this.interest = interest;
  }

  @Override
  public CompletionStage<T> getBody() {
    return body;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    plain.onSubscribe(
        new Flow.Subscription() {
          @Override
          public void request(long count) {
            // Everything is asked for below: nothing can be handed on before the end.
          }

          @Override
          public void cancel() {
            subscription.cancel();
          }
        });
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> items) {
    chunks.addAll(items);
  }

  @Override
  public void onError(Throwable failure) {
    plain.onError(failure);
  }

  @Override
  public void onComplete() {
    try (InputStream in = coding.decompress(compressed())) {
      byte[] piece;
      while (!body.isDone() && (piece = in.readNBytes(PIECE_BYTES)).length > 0) {
        if (interest.isLost()) {
          throw new CancellationException("nobody waits for the answer any more");
        }
        plain.onNext(List.of(ByteBuffer.wrap(piece)));
      }
    } catch (CancellationException | OutOfMemoryError e) {
      plain.onError(e);
      return;
    } catch (IOException e) {
      ProtocolException failure =
          new ProtocolException(
              "the answer's body cannot be decompressed from "
                  + coding.token()
                  + ": "
                  + e.getMessage());
      failure.initCause(e);
      plain.onError(failure);
      return;
    }
    plain.onComplete();
  }

  private InputStream compressed() {
    List<InputStream> streams = new ArrayList<>(chunks.size());
    for (ByteBuffer chunk : chunks) {
      streams.add(new ByteBufferStream(chunk));
    }
    return new SequenceInputStream(Collections.enumeration(streams));
  }

  /** The bytes of a buffer. */
  private static final class ByteBufferStream extends InputStream {

    private final ByteBuffer bytes;

    ByteBufferStream(ByteBuffer bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() {
      return bytes.hasRemaining() ? bytes.get() & 0xFF : -1;
    }

    @Override
    public int read(byte[] to, int offset, int length) {
      if (!bytes.hasRemaining()) {
        return length == 0 ? 0 : -1;
      }
      int count = Math.min(length, bytes.remaining());
      bytes.get(to, offset, count);
      return count;
    }

    @Override
    public int available() {
      return bytes.remaining();
    }
  }
}

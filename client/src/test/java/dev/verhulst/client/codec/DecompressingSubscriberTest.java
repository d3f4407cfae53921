package dev.verhulst.client.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.client.transport.Interest;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

/** How much of a compressed body is unfolded. */
class DecompressingSubscriberTest {

  private static final int BYTES = 1 << 20;

  private final Interest interest = new Interest();
  private final Plain plain = new Plain();

  private CompletableFuture<Integer> read() {
    DecompressingSubscriber<Integer> subscriber =
        new DecompressingSubscriber<>(ContentCoding.GZIP, plain, interest);
    subscriber.onNext(List.of(ContentCoding.GZIP.compress(List.of(ByteBuffer.allocate(BYTES)))));
    subscriber.onComplete();
    return subscriber.getBody().toCompletableFuture();
  }

  @Test
  void allWhereItIsWanted() {
    assertThat(read()).isCompletedWithValue(BYTES);
  }

  @Test
  void noMoreOnceItsReaderHasFailed() {
    plain.onFirst = () -> plain.onError(new IllegalStateException("enough"));
    assertThat(read()).isCompletedExceptionally();
    assertThat(plain.bytes).isBetween(1, BYTES / 2);
  }

  @Test
  void noMoreOnceNobodyWaitsForIt() {
    plain.onFirst = interest::lose;
    assertThat(read()).isCompletedExceptionally();
    assertThat(plain.bytes).isBetween(1, BYTES / 2);
  }

  /** Counts the bytes that come. */
  private static final class Plain implements BodySubscriber<Integer> {

    private final CompletableFuture<Integer> body = new CompletableFuture<>();
    int bytes;
    Runnable onFirst = () -> {};

    @Override
    public CompletionStage<Integer> getBody() {
      return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      // The test sends what there is.
    }

    @Override
    public void onNext(List<ByteBuffer> chunks) {
      boolean first = bytes == 0;
      bytes += chunks.stream().mapToInt(ByteBuffer::remaining).sum();
      if (first) {
        onFirst.run();
      }
    }

    @Override
    public void onError(Throwable failure) {
      body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      body.complete(bytes);
    }
  }
}

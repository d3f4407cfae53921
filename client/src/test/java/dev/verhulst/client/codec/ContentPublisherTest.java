package dev.verhulst.client.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ContentPublisherTest {

  private static final int SLICE = 64 << 10;

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  @Test
  void slicesOfADirectBufferAreDirectAndShareItsMemory() {
    ByteBuffer buffer = direct(random(3 * SLICE + 1));
    Collector collector = new Collector(Long.MAX_VALUE);
    new ContentPublisher(List.of(buffer)).subscribe(collector);
    assertThat(collector.slices).hasSize(4).allMatch(ByteBuffer::isDirect);
    buffer.put(0, (byte) ~buffer.get(0));
    assertThat(collector.slices.get(0).get(0)).isEqualTo(buffer.get(0));
  }

  @Test
  void everyAttemptReadsAllPartsInOrder() {
    byte[] first = random(100);
    byte[] second = random(2 * SLICE);
    byte[] third = random(SLICE + 5);
    ByteBuffer offset = ByteBuffer.wrap(third).position(5);
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    expected.writeBytes(first);
    expected.writeBytes(second);
    expected.write(third, 5, SLICE);
    ContentPublisher publisher =
        new ContentPublisher(
            List.of(
                ByteBuffer.wrap(first),
                ByteBuffer.allocate(0),
                direct(second),
                offset,
                ByteBuffer.allocate(0)));
    assertThat(publisher.contentLength()).isEqualTo(100 + 3L * SLICE);
    for (long demand : new long[] {1, 2, Long.MAX_VALUE}) {
      Collector collector = new Collector(demand);
      publisher.subscribe(collector);
      assertThat(collector.bytes()).isEqualTo(expected.toByteArray());
      assertThat(collector.completions).isEqualTo(1);
      assertThat(offset.position()).isEqualTo(5);
    }
  }

  @Test
  void nothingComesThatWasNotAskedForOrAfterTheEnd() {
    ContentPublisher publisher = new ContentPublisher(List.of(direct(random(3 * SLICE))));
    Collector collector = new Collector(0);
    publisher.subscribe(collector);
    assertThat(collector.slices).isEmpty();
    collector.subscription().request(2);
    assertThat(collector.slices).hasSize(2);
    collector.subscription().cancel();
    collector.subscription().request(5);
    assertThat(collector.slices).hasSize(2);
    assertThat(collector.completions).isZero();
  }

  @Test
  void aDemandThatIsNoneIsAnError() {
    Collector collector = new Collector(0);
    new ContentPublisher(List.of(direct(random(1)))).subscribe(collector);
    collector.subscription().request(0);
    assertThat(collector.failure).isInstanceOf(IllegalArgumentException.class);
    collector.subscription().request(1);
    assertThat(collector.slices).isEmpty();
  }

  /** Asks for so many slices at first, and for as many again whenever those have come. */
  private static final class Collector implements Flow.Subscriber<ByteBuffer> {

    final List<ByteBuffer> slices = new ArrayList<>();
    int completions;
    @Nullable Throwable failure;
    private final long demand;
    private Flow.@Nullable Subscription subscription;

    Collector(long demand) {
      this.demand = demand;
    }

    Flow.Subscription subscription() {
      return java.util.Objects.requireNonNull(subscription);
    }

    byte[] bytes() {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (ByteBuffer slice : slices) {
        byte[] copy = new byte[slice.remaining()];
        slice.duplicate().get(copy);
        bytes.writeBytes(copy);
      }
      return bytes.toByteArray();
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      this.subscription = subscription;
      if (demand > 0) {
        subscription.request(demand);
      }
    }

    @Override
    public void onNext(ByteBuffer slice) {
      slices.add(slice);
      if (demand > 0 && slices.size() % demand == 0) {
        subscription().request(demand);
      }
    }

    @Override
    public void onError(Throwable thrown) {
      failure = thrown;
    }

    @Override
    public void onComplete() {
      completions++;
    }
  }
}

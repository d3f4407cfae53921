package dev.verhulst.client.codec;

import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A request body out of buffers, sent slice by slice from where they are. The buffers themselves
 * are not touched, so that every attempt can read them anew.
 */
final class ContentPublisher implements HttpRequest.BodyPublisher {

  /**
   * Large enough to keep the socket busy; slices on the heap are copied through a buffer as large.
   */
  private static final int SLICE_BYTES = 64 << 10;

  private final List<ByteBuffer> parts;
  private final long contentLength;

  ContentPublisher(List<ByteBuffer> parts) {
    this.parts = List.copyOf(parts);
    this.contentLength = parts.stream().mapToLong(ByteBuffer::remaining).sum();
  }

  @Override
  public long contentLength() {
    return contentLength;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
    subscriber.onSubscribe(new SliceSubscription(subscriber));
  }

  /** Hands out slices as they are asked for, never two at the same time. */
  private final class SliceSubscription implements Flow.Subscription {

    private final Flow.Subscriber<? super ByteBuffer> subscriber;
    private final AtomicLong demand = new AtomicLong();
    private volatile boolean done;
    private int part;
    private int offset;

    SliceSubscription(Flow.Subscriber<? super ByteBuffer> subscriber) {
      this.subscriber = subscriber;
    }

    @Override
    public void request(long count) {
      if (count <= 0) {
        done = true;
        subscriber.onError(new IllegalArgumentException("demand must be positive, got " + count));
        return;
      }
      // Whoever raises the demand from nothing serves it, also what others ask for meanwhile.
      if (demand.getAndAccumulate(count, SliceSubscription::saturatedSum) == 0) {
        serve();
      }
    }

    @Override
    public void cancel() {
      done = true;
    }

    private void serve() {
      do {
        if (done) {
          return;
        }
        skipFinishedParts();
        if (part < parts.size()) {
          subscriber.onNext(nextSlice());
          skipFinishedParts();
        }
        if (part == parts.size() && !done) {
          done = true;
          subscriber.onComplete();
        }
      } while (demand.decrementAndGet() > 0);
    }

    private void skipFinishedParts() {
      while (part < parts.size() && offset == parts.get(part).remaining()) {
        part++;
        offset = 0;
      }
    }

    private ByteBuffer nextSlice() {
      ByteBuffer whole = parts.get(part);
      int length = Math.min(SLICE_BYTES, whole.remaining() - offset);
      ByteBuffer slice = whole.slice(whole.position() + offset, length).asReadOnlyBuffer();
      offset += length;
      return slice;
    }

    private static long saturatedSum(long a, long b) {
      long sum = a + b;
      return sum < 0 ? Long.MAX_VALUE : sum;
    }
  }
}

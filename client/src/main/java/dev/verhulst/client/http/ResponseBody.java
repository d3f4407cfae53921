package dev.verhulst.client.http;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Reads the body of an answer, and hands it to its subscriber as that asks for it. */
final class ResponseBody<B> implements Flow.Subscription {

  private final ResponseInput input;
  private final BodySubscriber<B> subscriber;
  private final CompletableFuture<B> body;
  private long demand;
  private boolean cancelled;

  ResponseBody(ResponseInput input, BodySubscriber<B> subscriber) {
    this.input = input;
    this.subscriber = subscriber;
    this.body = subscriber.getBody().toCompletableFuture();
  }

  /**
   * Reads all of it.
   *
   * @return whether its end has been seen, and not that of the connection: another answer may
   *     follow
   */
  boolean read(ResponseHead head) throws IOException {
    subscriber.onSubscribe(this);
    boolean endSeen;
    try {
      if (!head.hasBody()) {
        endSeen = true;
      } else if (head.isChunked()) {
        endSeen = readChunks();
      } else {
        OptionalLong length = head.contentLength();
        endSeen = length.isPresent() ? readBytes(length.getAsLong()) : readToTheEnd();
      }
    } catch (IOException | RuntimeException | Error e) {
      subscriber.onError(e);
      throw e;
    }
    if (!isUnwanted()) {
      subscriber.onComplete();
    }
    return endSeen;
  }

  /** What the subscriber has made of it; fails as that failed. */
  B value() {
    return body.join();
  }

  private boolean readChunks() throws IOException {
    for (long size = input.chunkSize(); size > 0; size = input.chunkSize()) {
      if (!readBytes(size)) {
        return false;
      }
      input.chunkEnd();
    }
    input.trailers();
    return true;
  }

  private boolean readBytes(long count) throws IOException {
    for (long left = count; left > 0; ) {
      ByteBuffer piece = input.piece(left);
      left -= piece.remaining();
      if (!hasTaken(piece)) {
        return false;
      }
    }
    return true;
  }

  private boolean readToTheEnd() throws IOException {
    @Nullable ByteBuffer piece = input.rest();
    while (piece != null && hasTaken(piece)) {
      piece = input.rest();
    }
    return false;
  }

  /** Whether the subscriber wants more after this piece. */
  private boolean hasTaken(ByteBuffer piece) {
    if (!isAskedFor()) {
      return false;
    }
    subscriber.onNext(List.of(piece));
    return !isUnwanted();
  }

  private synchronized boolean isUnwanted() {
    return cancelled || body.isCompletedExceptionally();
  }

  private synchronized boolean isAskedFor() {
    boolean interrupted = false;
    while (demand == 0 && !cancelled) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (demand != Long.MAX_VALUE) {
      demand--;
    }
    return !cancelled;
  }

  @Override
  public synchronized void request(long count) {
    demand = demand + count < 0 ? Long.MAX_VALUE : demand + count;
    notifyAll();
  }

  @Override
  public synchronized void cancel() {
    cancelled = true;
    notifyAll();
  }
}

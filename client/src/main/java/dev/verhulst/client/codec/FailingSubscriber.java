package dev.verhulst.client.codec;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** Drops the body, since the answer's headers were wrong already. */
final class FailingSubscriber<T> implements BodySubscriber<T> {

  private final IOException failure;
  private final BodySubscriber<Void> discarding = BodySubscribers.discarding();

  FailingSubscriber(IOException failure) {
    this.failure = failure;
  }

  @Override
  public CompletionStage<T> getBody() {
    return CompletableFuture.failedFuture(failure);
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    discarding.onSubscribe(subscription);
  }

  @Override
  public void onNext(List<ByteBuffer> item) {
    discarding.onNext(item);
  }

  @Override
  public void onError(Throwable throwable) {
    discarding.onError(throwable);
  }

  @Override
  public void onComplete() {
    discarding.onComplete();
  }
}

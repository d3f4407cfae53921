package dev.verhulst.client.transport;

import dev.verhulst.client.error.Failures;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Ends a call when its request's timeout has passed, whatever it is doing: connecting, sending,
 * waiting for a retry, or reading the body, which the JDK's own timeout does not cover.
 */
public final class DeadlineTransport implements Transport {

  private final Transport delegate;

  public DeadlineTransport(Transport delegate) {
    this.delegate = delegate;
  }

  @Override
  public <B> CompletableFuture<HttpResponse<B>> send(
      HttpRequest request, HttpResponse.BodyHandler<B> bodyHandler) {
    CompletableFuture<HttpResponse<B>> call = delegate.send(request, bodyHandler);
    if (request.timeout().isEmpty()) {
      return call;
    }
    Duration timeout = request.timeout().orElseThrow();
    CompletableFuture<HttpResponse<B>> limited =
        call.copy().orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS);
    CompletableFuture<HttpResponse<B>> result =
        limited
            .handle(
                (response, failure) -> {
                  if (failure == null) {
                    return CompletableFuture.completedFuture(response);
                  }
                  if (!isTimeout(failure)) {
                    return CompletableFuture.<HttpResponse<B>>failedFuture(failure);
                  }
                  call.cancel(true);
                  return CompletableFuture.<HttpResponse<B>>failedFuture(
                      new HttpTimeoutException(
                          "no complete answer within " + timeout.toMillis() + " ms"));
                })
            .thenCompose(future -> future);
    Futures.cancelWith(result, call);
    return result;
  }

  /** Whether the time is up, by the timer here or by the JDK's, which runs beside it. */
  private static boolean isTimeout(Throwable failure) {
    Throwable cause = Failures.unwrap(failure);
    return cause instanceof TimeoutException
        || (cause instanceof HttpTimeoutException
            && !(cause instanceof HttpConnectTimeoutException));
  }

  @Override
  public void close() {
    delegate.close();
  }
}

package dev.verhulst.client.routing;

import dev.verhulst.client.error.FailedCall;
import dev.verhulst.client.error.Failures;
import dev.verhulst.client.error.TransportFailure;
import dev.verhulst.client.listener.CallEnd;
import dev.verhulst.client.listener.CallListener;
import dev.verhulst.client.listener.CallStart;
import dev.verhulst.client.listener.Retry;
import dev.verhulst.client.transport.Attempt;
import dev.verhulst.client.transport.Futures;
import dev.verhulst.client.transport.RetryPolicy;
import dev.verhulst.client.transport.Timers;
import dev.verhulst.client.transport.Transport;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One call and its attempts, one after the other. After a failure that is worth it the next attempt
 * goes to another endpoint at once; where none is in service it waits as the policy says. A wait
 * that would outlast the call's timeout is not begun: the caller gets the last failure at once.
 */
final class RoutedCall<T> {

  private final Router router;
  private final Operation<T> operation;
  private final @Nullable Endpoint pinned;
  private final int maximumRetries;
  private final Duration timeout;
  private final Instant start;
  private final CallListener listener;
  private final Map<String, String> headers;
  private final CompletableFuture<T> result = new CompletableFuture<>();
  private volatile int attempts;
  private volatile FailedCall lastCall;
  private volatile @Nullable Endpoint lastEndpoint;

  RoutedCall(Router router, Operation<T> operation, @Nullable Endpoint pinned, Duration timeout) {
    this.router = router;
    this.operation = operation;
    this.pinned = pinned;
    this.maximumRetries = operation.isHealthCheck() ? 0 : router.retryPolicy.maximumRetries();
    this.timeout = timeout;
    this.start = router.clock.instant();
    this.lastCall =
        FailedCall.unanswered(
            operation.name(), router.pool.endpoints().get(0).address(), operation.model());
    this.listener =
        router.listener.started(
            new CallStart(
                operation.name(), Optional.ofNullable(operation.model()), operation.tensorBytes()));
    this.headers = listener.headers();
  }

  CompletableFuture<T> begin() {
    Timers.limit(result, timeout);
    CompletableFuture<T> answer =
        result
            .handle(
                (value, failure) -> {
                  Throwable known = failure == null ? null : explain(failure);
                  tellListener(value, known);
                  return known == null
                      ? CompletableFuture.completedFuture(value)
                      : CompletableFuture.<T>failedFuture(known);
                })
            .thenCompose(future -> future);
    Futures.cancelWith(answer, result);
    attempt(1);
    return answer;
  }

  private void attempt(int number) {
    Endpoint endpoint = router.pool.take(pinned);
    lastEndpoint = endpoint;
    attempts = number;
    Attempt<T> attempt;
    try {
      attempt = operation.on().apply(transport(endpoint), remaining());
    } catch (RuntimeException | Error e) {
      router.pool.release(endpoint);
      result.completeExceptionally(e);
      return;
    }
    lastCall = attempt.call();
    AttemptLog log = AttemptLog.begin(attempt.call(), router.clock);
    attempt
        .answer()
        .whenComplete(
            (value, failure) -> {
              log.end(failure);
              finish(endpoint, value, failure);
            });
    Futures.cancelWith(result, attempt.answer());
  }

  private Transport transport(Endpoint endpoint) {
    Transport transport = endpoint.transport();
    return headers.isEmpty() ? transport : transport.withHeaders(headers);
  }

  private void finish(Endpoint endpoint, T value, @Nullable Throwable thrown) {
    if (thrown == null) {
      router.pool.release(endpoint);
      result.complete(value);
    } else if (Failures.unwrap(thrown) instanceof TransportFailure failure) {
      if (operation.isHealthCheck()) {
        router.pool.release(endpoint);
      } else {
        router.pool.releaseFailed(endpoint, failure);
      }
      Optional<Duration> wait = waitAfter(failure);
      if (wait.isPresent() && !result.isDone()) {
        retryAfter(wait.get(), endpoint, failure);
      } else {
        result.completeExceptionally(failure);
      }
    } else {
      router.pool.release(endpoint);
      result.completeExceptionally(thrown);
    }
  }

  private void retryAfter(Duration wait, Endpoint endpoint, TransportFailure failure) {
    listener.retrying(
        new Retry(endpoint.transport().name(), endpoint.address(), attempts, failure, wait));
    if (wait.isZero()) {
      attempt(attempts + 1);
      return;
    }
    CompletableFuture<@Nullable Void> pause = router.sleeper.sleep(wait);
    Futures.cancelWith(result, pause);
    pause.thenRun(() -> attempt(attempts + 1));
  }

  /** How long to wait before the next attempt; empty where there is to be none. */
  private Optional<Duration> waitAfter(TransportFailure failure) {
    if (!RetryPolicy.isRetryable(failure) || attempts > maximumRetries) {
      return Optional.empty();
    }
    Duration wait = Duration.ZERO;
    if (!router.pool.hasAlternative(pinned)) {
      Duration backoff = router.retryPolicy.backoff(attempts - 1, router.random);
      Duration retryAfter = router.pool.untilRetry(pinned);
      if (retryAfter.compareTo(router.retryPolicy.maximumRetryAfter()) > 0) {
        return Optional.empty();
      }
      wait = retryAfter.compareTo(backoff) > 0 ? retryAfter : backoff;
    }
    return elapsed().plus(wait).compareTo(timeout) < 0 ? Optional.of(wait) : Optional.empty();
  }

  private Duration elapsed() {
    return Duration.between(start, router.clock.instant());
  }

  private Duration remaining() {
    Duration remaining = timeout.minus(elapsed());
    return remaining.isNegative() ? Duration.ZERO : remaining;
  }

  /** The failure, where it is a timeout: the one of this call, in its words. */
  private Throwable explain(Throwable thrown) {
    Throwable failure = Failures.unwrap(thrown);
    boolean transportGaveUp =
        failure instanceof TransportFailure
            && failure.getCause() instanceof HttpTimeoutException
            && !(failure.getCause() instanceof HttpConnectTimeoutException);
    return failure instanceof TimeoutException || transportGaveUp
        ? Deadline.passed(timeout, lastCall)
        : failure;
  }

  private void tellListener(T value, @Nullable Throwable failure) {
    Endpoint endpoint = lastEndpoint;
    if (endpoint == null) {
      return;
    }
    CallEnd end = new CallEnd(endpoint.transport().name(), endpoint.address(), attempts, elapsed());
    if (failure == null) {
      listener.succeeded(end, Operation.tensorBytesOf(value));
    } else {
      listener.failed(end, Failures.ofThrowable(failure, lastCall));
    }
  }
}

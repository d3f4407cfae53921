package dev.verhulst.client.transport;

import dev.verhulst.client.error.ConnectionException;
import dev.verhulst.client.error.Failures;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Makes an attempt again as a {@link RetryPolicy} says. A wait that would outlast the call's
 * timeout is not begun: the caller gets the last answer at once.
 */
public final class RetryingTransport implements Transport {

  private final Transport delegate;
  private final RetryPolicy policy;
  private final Sleeper sleeper;
  private final RandomGenerator random;
  private final InstantSource clock;

  public RetryingTransport(
      Transport delegate,
      RetryPolicy policy,
      Sleeper sleeper,
      RandomGenerator random,
      InstantSource clock) {
    this.delegate = delegate;
    this.policy = policy;
    this.sleeper = sleeper;
    this.random = random;
    this.clock = clock;
  }

  @Override
  public <B> CompletableFuture<HttpResponse<B>> send(
      HttpRequest request, HttpResponse.BodyHandler<B> bodyHandler) {
    Attempts<B> attempts = new Attempts<>(request, bodyHandler, clock.instant());
    attempts.start(0);
    return attempts.result;
  }

  @Override
  public void close() {
    delegate.close();
  }

  /** The attempts of one call, one after the other. */
  private final class Attempts<B> {

    final CompletableFuture<HttpResponse<B>> result = new CompletableFuture<>();
    private final HttpRequest request;
    private final HttpResponse.BodyHandler<B> bodyHandler;
    private final Instant begin;

    Attempts(HttpRequest request, HttpResponse.BodyHandler<B> bodyHandler, Instant begin) {
      this.request = request;
      this.bodyHandler = bodyHandler;
      this.begin = begin;
    }

    void start(int number) {
      CompletableFuture<HttpResponse<B>> attempt;
      try {
        attempt = delegate.send(request, bodyHandler);
      } catch (RuntimeException e) {
        result.completeExceptionally(e);
        return;
      }
      Futures.cancelWith(result, attempt);
      attempt.whenComplete((response, failure) -> finish(number, response, failure));
    }

    private void finish(
        int number, @Nullable HttpResponse<B> response, @Nullable Throwable failure) {
      Optional<Duration> wait = wait(number, response, failure);
      if (wait.isPresent() && !result.isDone()) {
        CompletableFuture<@Nullable Void> pause = sleeper.sleep(wait.get());
        Futures.cancelWith(result, pause);
        pause.thenRun(() -> start(number + 1));
      } else if (response != null) {
        result.complete(response);
      } else if (failure != null) {
        result.completeExceptionally(failure);
      }
    }

    /** How long to wait before the next attempt; empty where there is to be none. */
    private Optional<Duration> wait(
        int number, @Nullable HttpResponse<B> response, @Nullable Throwable failure) {
      boolean retryable =
          response != null
              ? policy.retries(response.statusCode())
              : failure != null && ConnectionException.isRefusal(Failures.unwrap(failure));
      if (!retryable || number >= policy.maximumRetries()) {
        return Optional.empty();
      }
      Instant now = clock.instant();
      Duration backoff = policy.backoff(number, random);
      Duration retryAfter =
          Optional.ofNullable(response)
              .flatMap(answer -> RetryAfter.parse(answer.headers(), now))
              .orElse(Duration.ZERO);
      if (retryAfter.compareTo(policy.maximumRetryAfter()) > 0) {
        return Optional.empty();
      }
      Duration wait = retryAfter.compareTo(backoff) > 0 ? retryAfter : backoff;
      Duration elapsed = Duration.between(begin, now).plus(wait);
      boolean inTime = request.timeout().map(limit -> elapsed.compareTo(limit) < 0).orElse(true);
      return inTime ? Optional.of(wait) : Optional.empty();
    }
  }
}

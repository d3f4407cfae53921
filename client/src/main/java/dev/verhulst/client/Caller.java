package dev.verhulst.client;

import dev.verhulst.client.codec.Answer;
import dev.verhulst.client.codec.ErrorBody;
import dev.verhulst.client.error.FailedCall;
import dev.verhulst.client.error.Failures;
import dev.verhulst.client.transport.Futures;
import dev.verhulst.client.transport.RetryAfter;
import dev.verhulst.client.transport.Transport;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Makes calls, and turns what goes wrong with them into exceptions. */
final class Caller {

  private final Transport transport;
  private final CallsInFlight inFlight;
  private final InstantSource clock;

  Caller(Transport transport, CallsInFlight inFlight, InstantSource clock) {
    this.transport = transport;
    this.inFlight = inFlight;
    this.clock = clock;
  }

  /** Makes the call and waits for its value. Exceptions have the stack trace of this thread. */
  <T> T execute(Call<T> call) {
    CompletableFuture<HttpResponse<Answer<T>>> future = send(call);
    try {
      return valueOf(call, future.get());
    } catch (InterruptedException e) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      throw Failures.ofThrowable(e, call.failed());
    } catch (ExecutionException | CancellationException e) {
      throw Failures.ofThrowable(e, call.failed());
    }
  }

  /** Makes the call. Cancelling the future gives it up. */
  <T> CompletableFuture<T> executeAsync(Call<T> call) {
    CompletableFuture<HttpResponse<Answer<T>>> sent = send(call);
    CompletableFuture<T> result = new CompletableFuture<>();
    sent.whenComplete(
        (response, failure) -> {
          try {
            if (failure != null) {
              throw Failures.ofThrowable(failure, call.failed());
            }
            result.complete(valueOf(call, response));
          } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
          }
        });
    Futures.cancelWith(result, sent);
    return result;
  }

  private <T> CompletableFuture<HttpResponse<Answer<T>>> send(Call<T> call) {
    return inFlight.begin(() -> transport.send(call.request(), call.handler()));
  }

  private <T> T valueOf(Call<T> call, HttpResponse<Answer<T>> response) {
    T value = response.body().value();
    if (value != null) {
      return value;
    }
    FailedCall failed =
        call.failed().answered(response.statusCode(), ErrorBody.message(response.body().error()));
    Instant now = clock.instant();
    throw Failures.ofStatus(failed, RetryAfter.parse(response.headers(), now).orElse(null));
  }
}

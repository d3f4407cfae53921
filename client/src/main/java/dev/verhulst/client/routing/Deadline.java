package dev.verhulst.client.routing;

import dev.verhulst.client.error.FailedCall;
import dev.verhulst.client.error.Failures;
import dev.verhulst.client.error.TransportFailure;
import dev.verhulst.client.transport.Futures;
import dev.verhulst.client.transport.Interest;
import dev.verhulst.client.transport.Timers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** The end of a call's time. */
public final class Deadline {

  private Deadline() {}

  /**
   * The outcome of {@code work}, or the failure that its time has passed. The work ends with the
   * time, and where the result is cancelled.
   *
   * @param interest lost where the work fails, before anybody hears of it
   * @param call the call, as it is known when the time has passed
   */
  public static <T> CompletableFuture<T> limit(
      CompletableFuture<T> work, Duration timeout, Interest interest, Supplier<FailedCall> call) {
    CompletableFuture<T> limited = new CompletableFuture<>();
    Timers.limit(work, timeout);
    work.whenComplete(
        (value, failure) -> {
          if (failure == null) {
            limited.complete(value);
            return;
          }
          interest.lose();
          if (Failures.unwrap(failure) instanceof TimeoutException) {
            limited.completeExceptionally(passed(timeout, call.get()));
          } else {
            limited.completeExceptionally(failure);
          }
        });
    Futures.cancelWith(limited, work);
    return limited;
  }

  /** The failure that a call's time has passed. */
  static TransportFailure passed(Duration timeout, FailedCall call) {
    return TransportFailure.unanswered(
        call, new HttpTimeoutException("no complete answer within " + timeout.toMillis() + " ms"));
  }
}

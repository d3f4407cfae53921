package dev.verhulst.client;

import dev.verhulst.client.error.FailedCall;
import dev.verhulst.client.error.Failures;
import dev.verhulst.client.transport.Futures;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A call under way, and what to say of it where it is given up. What goes wrong with it becomes an
 * exception here.
 */
record Call<T>(CompletableFuture<T> future, FailedCall description) {

  /** Waits for the value. Exceptions have the stack trace of this thread. */
  T await() {
    try {
      return future.get();
    } catch (InterruptedException e) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      throw Failures.ofThrowable(e, description);
    } catch (ExecutionException | CancellationException e) {
      throw Failures.ofThrowable(e, description);
    }
  }

  /** The value to come. Cancelling the future gives the call up. */
  CompletableFuture<T> toFuture() {
    CompletableFuture<T> result = new CompletableFuture<>();
    future.whenComplete(
        (value, failure) -> {
          try {
            if (failure != null) {
              throw Failures.ofThrowable(failure, description);
            }
            result.complete(value);
          } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
          }
        });
    Futures.cancelWith(result, future);
    return result;
  }
}

package dev.verhulst.client.jobs;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Waits for futures whose failures are exceptions of the client. */
final class Awaiting {

  private Awaiting() {}

  /** The value; interrupting the thread gives the future up. */
  static <T> T value(CompletableFuture<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      throw (CancellationException)
          new CancellationException("the thread was interrupted").initCause(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException known) {
        throw known;
      }
      throw new CompletionException(e.getCause());
    }
  }
}

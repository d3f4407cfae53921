package dev.verhulst.client.jobs;

import dev.verhulst.client.error.FailedCall;
import dev.verhulst.client.error.Failures;
import java.net.URI;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Waits for futures whose failures are exceptions of the client. */
final class Awaiting {

  /** Stands for an endpoint: which one it is does not matter where nobody waits any more. */
  private static final URI SERVER = URI.create("server");

  private Awaiting() {}

  /**
   * The value; interrupting the thread gives the future up.
   *
   * @param call what is waited for, for messages
   * @param model the model that it is about; null where that is not known
   */
  static <T> T value(CompletableFuture<T> future, String call, @Nullable String model) {
    FailedCall description = FailedCall.unanswered(call, SERVER, model);
    try {
      return future.get();
    } catch (InterruptedException e) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      throw Failures.ofThrowable(e, description);
    } catch (CancellationException e) {
      throw Failures.ofThrowable(e, description);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException known) {
        throw known;
      }
      throw new CompletionException(e.getCause());
    }
  }
}

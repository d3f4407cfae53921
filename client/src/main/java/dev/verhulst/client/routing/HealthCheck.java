package dev.verhulst.client.routing;

import dev.verhulst.client.error.Failures;
import dev.verhulst.client.error.TransportFailure;
import dev.verhulst.client.transport.Futures;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Asks all endpoints whether they are healthy: they are where one of them says so. An error status
 * and a refused connection say no; where nobody says yes, what else has failed is the answer.
 */
public final class HealthCheck {

  private HealthCheck() {}

  public static CompletableFuture<Boolean> of(
      Router router, Operation<Boolean> question, @Nullable Endpoint pinned, Duration timeout) {
    List<Endpoint> asked = pinned == null ? router.pool().endpoints() : List.of(pinned);
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    AtomicInteger open = new AtomicInteger(asked.size());
    AtomicReference<@Nullable Throwable> unclear = new AtomicReference<>();
    for (Endpoint endpoint : asked) {
      CompletableFuture<Boolean> answer = router.send(question, endpoint, timeout);
      Futures.cancelWith(result, answer);
      answer.whenComplete(
          (healthy, failure) -> {
            if (failure == null && healthy) {
              result.complete(true);
            } else if (failure != null && !meansUnhealthy(Failures.unwrap(failure))) {
              unclear.compareAndSet(null, failure);
            }
            if (open.decrementAndGet() == 0) {
              conclude(result, unclear.get());
            }
          });
    }
    return result;
  }

  private static void conclude(CompletableFuture<Boolean> result, @Nullable Throwable unclear) {
    if (unclear == null) {
      result.complete(false);
    } else {
      result.completeExceptionally(unclear);
    }
  }

  private static boolean meansUnhealthy(Throwable failure) {
    return failure instanceof TransportFailure known
        && (known.call().status().isPresent() || known.refused());
  }
}

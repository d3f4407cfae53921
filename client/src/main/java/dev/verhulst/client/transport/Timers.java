package dev.verhulst.client.transport;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Time limits and pauses. When one ends, the timer of the JDK, of which a JVM has one thread, only
 * hands it over to another: whatever depends on it, a caller's own code included, may take its time
 * without holding up the others.
 */
public final class Timers {

  private static final Executor THREADS =
      DaemonThreads.pool("verhulst-timer", Duration.ofSeconds(1));

  private Timers() {}

  /** Fails the future with a {@link TimeoutException} where it is not done by then. */
  public static void limit(CompletableFuture<?> future, Duration timeout) {
    CompletableFuture<@Nullable Void> timer = new CompletableFuture<>();
    timer
        .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
        .whenComplete(
            (nothing, passed) -> {
              if (passed != null) {
                THREADS.execute(() -> future.completeExceptionally(passed));
              }
            });
    future.whenComplete((value, failure) -> timer.complete(null));
  }

  /** A future that completes when the duration has passed; cancelling it ends its timer. */
  public static CompletableFuture<@Nullable Void> pause(Duration duration) {
    CompletableFuture<@Nullable Void> pause = new CompletableFuture<>();
    CompletableFuture<@Nullable Void> timer = new CompletableFuture<>();
    timer
        .completeOnTimeout(null, duration.toNanos(), TimeUnit.NANOSECONDS)
        .thenRun(() -> THREADS.execute(() -> pause.complete(null)));
    Futures.cancelWith(pause, timer);
    return pause;
  }
}

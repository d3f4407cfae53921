package dev.verhulst.client.transport;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Time limits and pauses. When one ends, the timer of the JDK, of which a JVM has one thread, only
 * hands it over to another: whatever depends on it, a caller's own code included, may take its time
 * without holding up the others.
 */
public final class Timers {

  private static final Executor THREADS = threads();

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

  private static Executor threads() {
    AtomicInteger number = new AtomicInteger();
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        1,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        task -> {
          Thread thread = new Thread(task, "verhulst-timer-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }
}

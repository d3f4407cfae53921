package dev.verhulst.client.transport;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Lets time pass between two attempts, without holding a thread. */
@FunctionalInterface
public interface Sleeper {

  /** A future that completes when the duration has passed. */
  CompletableFuture<@Nullable Void> sleep(Duration duration);

  /** Real time, by the timer that all {@link CompletableFuture}s share. */
  static Sleeper system() {
    return duration ->
        new CompletableFuture<@Nullable Void>()
            .completeOnTimeout(null, duration.toNanos(), TimeUnit.NANOSECONDS);
  }
}

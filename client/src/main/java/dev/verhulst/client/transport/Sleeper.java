package dev.verhulst.client.transport;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Lets time pass between two attempts, without holding a thread. */
@FunctionalInterface
public interface Sleeper {

  /** A future that completes when the duration has passed. */
  CompletableFuture<@Nullable Void> sleep(Duration duration);

  /** Real time. */
  static Sleeper system() {
    return Timers::pause;
  }
}

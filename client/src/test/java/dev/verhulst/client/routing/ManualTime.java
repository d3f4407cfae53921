package dev.verhulst.client.routing;

import dev.verhulst.client.transport.Sleeper;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Time that passes when a test says so, and wakes who sleeps. */
public final class ManualTime implements Sleeper, InstantSource {

  private record Sleep(Instant until, CompletableFuture<@Nullable Void> end) {}

  private final Queue<Sleep> sleeps = new ConcurrentLinkedQueue<>();
  private volatile Instant now = Instant.parse("2026-11-23T18:00:00Z");

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public CompletableFuture<@Nullable Void> sleep(Duration duration) {
    CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
    sleeps.add(new Sleep(now.plus(duration), end));
    return end;
  }

  /** How many sleep. */
  public int sleeping() {
    return (int) sleeps.stream().filter(sleep -> !sleep.end().isDone()).count();
  }

  /** Lets time pass, and wakes one sleeper after the other, each at its time. */
  public void pass(Duration duration) {
    Instant end = now.plus(duration);
    for (Optional<Sleep> next = next(end); next.isPresent(); next = next(end)) {
      Sleep sleep = next.get();
      sleeps.remove(sleep);
      now = sleep.until();
      sleep.end().complete(null);
    }
    now = end;
  }

  private Optional<Sleep> next(Instant end) {
    return sleeps.stream()
        .filter(sleep -> !sleep.until().isAfter(end))
        .min(Comparator.comparing(Sleep::until));
  }
}

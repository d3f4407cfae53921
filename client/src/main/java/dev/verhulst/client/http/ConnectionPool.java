package dev.verhulst.client.http;

import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Connections that wait for another request. Thread-safe. */
final class ConnectionPool implements Closeable {

  private final Duration longestIdle;
  private final Executor sweeper;
  private final Map<Origin, Deque<Idle>> idle = new HashMap<>();
  private boolean sweeps;
  private boolean closed;

  /**
   * @param longestIdle for how long a connection may wait; it is closed after twice that at the
   *     latest
   */
  ConnectionPool(Duration longestIdle) {
    this.longestIdle = longestIdle;
    sweeper =
        CompletableFuture.delayedExecutor(
            longestIdle.toMillis(), TimeUnit.MILLISECONDS, Runnable::run);
  }

  private record Idle(Connection connection, long since) {}

  /** The connection to that server that was used last; null where there is none. */
  @Nullable Connection take(Origin origin) {
    for (Connection found = newest(origin); found != null; found = newest(origin)) {
      if (!found.wire().isStale()) {
        return found;
      }
      found.close();
    }
    return null;
  }

  /** Keeps a connection for the next request. */
  synchronized void giveBack(Origin origin, Connection connection) {
    if (closed) {
      connection.close();
      return;
    }
    idle.computeIfAbsent(origin, key -> new ArrayDeque<>())
        .push(new Idle(connection, System.nanoTime()));
    sweepLater();
  }

  @Override
  public synchronized void close() {
    closed = true;
    idle.values().forEach(all -> all.forEach(one -> one.connection().close()));
    idle.clear();
  }

  private synchronized @Nullable Connection newest(Origin origin) {
    Deque<Idle> waiting = idle.get(origin);
    Idle newest = waiting == null ? null : waiting.poll();
    return newest == null ? null : newest.connection();
  }

  private void sweepLater() {
    if (!sweeps) {
      sweeps = true;
      sweeper.execute(this::sweep);
    }
  }

  private synchronized void sweep() {
    long now = System.nanoTime();
    for (Deque<Idle> waiting : idle.values()) {
      while (!waiting.isEmpty() && now - waiting.getLast().since() >= longestIdle.toNanos()) {
        waiting.removeLast().connection().close();
      }
    }
    idle.values().removeIf(Deque::isEmpty);
    sweeps = false;
    if (!idle.isEmpty()) {
      sweepLater();
    }
  }
}

package dev.verhulst.service.rest;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the connections of all waiting requests from time to time: a blocked handler is not told
 * when its client hangs up. A request that waits shorter than the interval costs an entry in a set
 * and nothing else.
 */
final class PollingClientWatch implements ClientWatch, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PollingClientWatch.class);

  private final Set<Watched> waiting = ConcurrentHashMap.newKeySet();
  private final long intervalNanos;
  private final ScheduledExecutorService scheduler;
  private final AtomicBoolean started = new AtomicBoolean();

  /**
   * @param interval how often to look, and how long a request has waited before it is looked at
   */
  PollingClientWatch(Duration interval) {
    this.intervalNanos = interval.toNanos();
    this.scheduler =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("client-watch").factory());
  }

  @Override
  public Guard watch(HttpServletRequest request) {
    Watched watched = new Watched(ClientConnection.of(request));
    waiting.add(watched);
    if (!started.get() && started.compareAndSet(false, true)) {
      scheduler.scheduleWithFixedDelay(
          this::lookAtAll, intervalNanos, intervalNanos, TimeUnit.NANOSECONDS);
    }
    return watched;
  }

  @Override
  public void close() {
    scheduler.shutdownNow();
  }

  private void lookAtAll() {
    long now = System.nanoTime();
    for (Watched watched : waiting) {
      if (now - watched.since >= intervalNanos) {
        try {
          watched.look();
        } catch (RuntimeException e) {
          LOG.warn("A client could not be watched", e);
        }
      }
    }
  }

  private final class Watched implements Guard {

    private final Thread thread = Thread.currentThread();
    private final long since = System.nanoTime();
    private final @Nullable ClientConnection connection;
    private boolean open = true;
    private boolean left;

    Watched(@Nullable ClientConnection connection) {
      this.connection = connection;
    }

    private synchronized void look() {
      if (open && !left && connection != null && connection.isClosedByClient()) {
        left = true;
        thread.interrupt();
      }
    }

    @Override
    public synchronized boolean clientLeft() {
      return left;
    }

    @Override
    public synchronized void close() {
      open = false;
      waiting.remove(this);
      if (left) {
        // Where nobody has seen it yet, the interrupt must not hit what comes next.
        Thread.interrupted();
      }
    }
  }
}

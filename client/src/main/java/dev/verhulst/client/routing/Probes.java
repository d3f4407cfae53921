package dev.verhulst.client.routing;

import dev.verhulst.client.transport.Futures;
import dev.verhulst.client.transport.Sleeper;
import dev.verhulst.client.transport.Timers;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Asks endpoints that are out of service, from time to time, whether they are ready. */
final class Probes {

  private final FailoverPolicy policy;
  private final Sleeper sleeper;
  private final Set<CompletableFuture<?>> underWay = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  Probes(FailoverPolicy policy, Sleeper sleeper) {
    this.policy = policy;
    this.sleeper = sleeper;
  }

  /**
   * Probes the endpoint until it is ready.
   *
   * @param notBefore how long the endpoint wants to be left alone
   * @param whenReady what to do when it is ready
   */
  void begin(Endpoint endpoint, Duration notBefore, Runnable whenReady) {
    Duration interval = policy.probeInterval();
    Duration wait = notBefore.compareTo(interval) > 0 ? notBefore : interval;
    schedule(endpoint, wait, interval, whenReady);
  }

  /** Ends all probes. */
  void close() {
    closed = true;
    underWay.forEach(probe -> probe.cancel(true));
  }

  private void schedule(Endpoint endpoint, Duration wait, Duration interval, Runnable whenReady) {
    CompletableFuture<@Nullable Void> pause = sleeper.sleep(wait);
    track(pause);
    pause.thenRun(() -> probe(endpoint, interval, whenReady));
  }

  private void probe(Endpoint endpoint, Duration interval, Runnable whenReady) {
    CompletableFuture<Boolean> sent;
    try {
      sent = endpoint.transport().isReady(policy.probeTimeout()).answer();
    } catch (RuntimeException | Error e) {
      sent = CompletableFuture.failedFuture(e);
    }
    CompletableFuture<Boolean> answer = sent.copy();
    Timers.limit(answer, policy.probeTimeout());
    Futures.cancelWith(answer, sent);
    track(answer);
    answer.whenComplete(
        (ready, failure) -> {
          if (failure == null && ready) {
            whenReady.run();
          } else if (!closed) {
            Duration doubled = interval.multipliedBy(2);
            Duration longest = policy.longestProbeInterval();
            Duration next = doubled.compareTo(longest) > 0 ? longest : doubled;
            schedule(endpoint, next, next, whenReady);
          }
        });
  }

  private void track(CompletableFuture<?> step) {
    underWay.add(step);
    step.whenComplete((result, failure) -> underWay.remove(step));
    if (closed) {
      step.cancel(true);
    }
  }
}

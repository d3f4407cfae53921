package dev.verhulst.service.lifecycle;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Where the server stands in its life. It only moves forward: starting, ready, stopping.
 * Thread-safe.
 */
public final class ServerState {

  private enum Phase {
    STARTING,
    READY,
    STOPPING
  }

  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.STARTING);

  /** Whether the process works at all: true from the start until it begins to stop. */
  public boolean isLive() {
    return phase.get() != Phase.STOPPING;
  }

  /** Whether requests are welcome: true once the warm-up has run, until it begins to stop. */
  public boolean isReady() {
    return phase.get() == Phase.READY;
  }

  /** Whether the server is shutting down: requests in flight finish, new ones are refused. */
  public boolean isStopping() {
    return phase.get() == Phase.STOPPING;
  }

  /** Says that the server is ready; without effect once it stops. */
  public void markReady() {
    phase.compareAndSet(Phase.STARTING, Phase.READY);
  }

  /** Says that the server stops. */
  public void markStopping() {
    phase.set(Phase.STOPPING);
  }
}

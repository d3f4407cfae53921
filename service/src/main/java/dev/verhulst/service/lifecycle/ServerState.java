package dev.verhulst.service.lifecycle;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
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
  private volatile boolean modelsMissing;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  /** Whether the process works at all: true from the start until it begins to stop. */
  public boolean isLive() {
    return phase.get() != Phase.STOPPING;
  }

  /** Whether requests are welcome: while it serves, and no model is missing that must be there. */
  public boolean isReady() {
    return isServing() && !modelsMissing;
  }

  /** Whether the models that there are take requests: from the end of the warm-up to the stop. */
  public boolean isServing() {
    return phase.get() == Phase.READY;
  }

  /** Whether the server is shutting down: requests in flight finish, new ones are refused. */
  public boolean isStopping() {
    return phase.get() == Phase.STOPPING;
  }

  /** Says that the server is ready; without effect once it stops. */
  public void markReady() {
    if (phase.compareAndSet(Phase.STARTING, Phase.READY)) {
      listeners.forEach(Runnable::run);
    }
  }

  /** Says whether models are missing without which the server is not ready. */
  public void markModelsMissing(boolean missing) {
    if (modelsMissing != missing) {
      modelsMissing = missing;
      listeners.forEach(Runnable::run);
    }
  }

  /** Says that the server stops. */
  public void markStopping() {
    if (phase.getAndSet(Phase.STOPPING) != Phase.STOPPING) {
      listeners.forEach(Runnable::run);
    }
  }

  /** Calls the listener after every change from now on, on the thread that made it. */
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }
}

package dev.verhulst.kernels.cuda;

import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A timer without time: a test says when the next probe runs. */
final class ManualTimer implements ProbeTimer {

  private record Waiting(Duration pause, Runnable probe) {}

  private final ConcurrentLinkedQueue<Waiting> waiting = new ConcurrentLinkedQueue<>();

  @Override
  public void after(Duration pause, Runnable probe) {
    waiting.add(new Waiting(pause, probe));
  }

  /** How many probes wait. */
  int waiting() {
    return waiting.size();
  }

  /** Runs the probe that has waited longest, in this thread; what it waited for. */
  Duration runNext() {
    Waiting next = waiting.remove();
    next.probe().run();
    return next.pause();
  }

  @Override
  public void close() {
    waiting.clear();
  }
}

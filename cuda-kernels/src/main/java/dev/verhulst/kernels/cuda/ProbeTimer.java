package dev.verhulst.kernels.cuda;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Runs the probes of lost GPUs when their time has come, one at a time. */
interface ProbeTimer extends AutoCloseable {

  /** Runs a probe later; once the timer is closed, never. */
  void after(Duration pause, Runnable probe);

  /** Begins no more probes, and waits for one that is under way. */
  @Override
  void close();

  /** A timer with a thread of its own. */
  static ProbeTimer onThread() {
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("cuda-probe").factory());
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return new ProbeTimer() {
      @Override
      public void after(Duration pause, Runnable probe) {
        try {
          var _ = executor.schedule(probe, pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
          // It is closed.
        }
      }

      @Override
      public void close() {
        executor.close();
      }
    };
  }
}

package dev.verhulst.service.jobs;

import dev.verhulst.kernels.Device;
import dev.verhulst.service.device.JobDevice;
import dev.verhulst.service.lifecycle.ServerState;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The thread that jobs run on, one at a time, and the device that they compute on. Both give way to
 * requests: see {@link Niceness}.
 */
final class JobRunner implements AutoCloseable {

  /** An iteration of a large job, as a rule, is over by then. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ExecutorService executor =
      Executors.newSingleThreadExecutor(
          task ->
              Thread.ofPlatform()
                  .name("verhulst-jobs")
                  .daemon()
                  .unstarted(
                      () -> {
                        Niceness.lower();
                        task.run();
                      }));
  private final Device device = JobDevice.open();
  private final Jobs jobs;

  /** When the server began to stop. */
  private volatile long stopped;

  JobRunner(JobsProperties properties, JobMarkers markers, ServerState state) throws IOException {
    jobs =
        new Jobs(
            properties.maxQueueSize(),
            properties.history(),
            executor,
            markers,
            InstantSource.system());
    state.onChange(
        () -> {
          if (state.isStopping()) {
            stop();
          }
        });
  }

  Jobs jobs() {
    return jobs;
  }

  Device device() {
    return device;
  }

  /** Requests finish while the job comes to its end. */
  private void stop() {
    stopped = System.nanoTime();
    jobs.stop();
  }

  /** Where a job does not end in time, its device is left to it until the process ends. */
  @Override
  public void close() {
    if (!jobs.isStopping()) {
      stop();
    }
    executor.shutdown();
    try {
      if (jobs.awaitEnd(PATIENCE.minusNanos(System.nanoTime() - stopped))) {
        device.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.verhulst.client.transport;

import java.time.Duration;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that keep no JVM alive: as many as there is to do at once, gone a while after it. */
public final class DaemonThreads {

  private DaemonThreads() {}

  /**
   * A pool of them.
   *
   * @param name the beginning of their names
   * @param idle how long one waits for more to do
   */
  public static ThreadPoolExecutor pool(String name, Duration idle) {
    AtomicInteger number = new AtomicInteger();
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        idle.toNanos(),
        TimeUnit.NANOSECONDS,
        new SynchronousQueue<>(),
        task -> {
          Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        },
        // Once it is shut down, nobody has any use for what is still to be tidied up.
        new ThreadPoolExecutor.DiscardPolicy());
  }
}

package dev.verhulst.service.memory;

import java.time.Duration;

/** Frees, from time to time, the buffers that nobody has used for a while. */
public final class IdleBufferSweep implements AutoCloseable {

  private final PooledTensorMemory memory;
  private final Duration retention;
  private final Thread thread;

  /**
   * Begins at once.
   *
   * @param retention how long a buffer is kept after its last use
   */
  public IdleBufferSweep(PooledTensorMemory memory, Duration retention) {
    this.memory = memory;
    this.retention = retention;
    this.thread = Thread.ofVirtual().name("verhulst-idle-buffers").start(this::sweep);
  }

  private void sweep() {
    try {
      while (true) {
        Thread.sleep(retention.dividedBy(2));
        memory.freeIdle(retention);
      }
    } catch (InterruptedException e) {
      // The server stops, and frees everything.
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}

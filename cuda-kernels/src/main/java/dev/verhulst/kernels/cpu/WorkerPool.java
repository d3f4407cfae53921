package dev.verhulst.kernels.cpu;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The threads that share large computations with the thread that asks for them. A caller takes part
 * in its own work and never waits for a helper to begin, so that any number of callers make
 * progress; helpers are engaged only while fewer callers than threads are at work.
 */
final class WorkerPool implements AutoCloseable {

  /** Below it, waking a helper costs more than it saves. */
  private static final long WORTH_SHARING_NANOSECONDS = 60_000;

  private final int threads;
  private final ScratchPool scratches = new ScratchPool();
  private final ArrayDeque<Worker> idle = new ArrayDeque<>();
  private final Worker[] workers;
  private final AtomicInteger callers = new AtomicInteger();

  /**
   * @param threads how many threads compute, the caller's own among them
   */
  WorkerPool(int threads) {
    this.threads = threads;
    workers = new Worker[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(this, "verhulst-cpu-" + (i + 1));
      workers[i].start();
    }
  }

  /** Computes all blocks, and returns when they are done. */
  void run(Work work) {
    int active = callers.incrementAndGet();
    try {
      Scratch scratch = scratches.lend();
      try {
        int wanted =
            work.nanoseconds() < WORTH_SHARING_NANOSECONDS
                ? 0
                : (int) Math.min(work.blocks() - 1, threads - active);
        if (wanted <= 0) {
          computeAlone(work, scratch);
        } else {
          share(work, wanted, scratch);
        }
      } finally {
        scratches.giveBack(scratch);
      }
    } finally {
      callers.decrementAndGet();
    }
  }

  private static void computeAlone(Work work, Scratch scratch) {
    long blocks = work.blocks();
    for (long block = 0; block < blocks; block++) {
      work.compute(block, scratch);
    }
  }

  private void share(Work work, int wanted, Scratch scratch) {
    Worker[] helpers = new Worker[wanted];
    int count = 0;
    synchronized (idle) {
      while (count < wanted && !idle.isEmpty()) {
        helpers[count++] = idle.pop();
      }
    }
    SharedWork shared = new SharedWork(work, count + 1);
    for (int i = 0; i < count; i++) {
      helpers[i].help(shared, i + 1);
    }
    shared.takePart(0, scratch);
    shared.await();
  }

  void becomesIdle(Worker worker) {
    synchronized (idle) {
      idle.push(worker);
    }
  }

  Scratch lendScratch() {
    return scratches.lend();
  }

  /** Ends the helpers, and waits until they have ended. */
  @Override
  public void close() {
    for (Worker worker : workers) {
      worker.end();
    }
    scratches.close();
  }

  /** A helper's thread. */
  static final class Worker extends Thread {

    private final WorkerPool pool;
    private final Object lock = new Object();
    private @Nullable SharedWork next;
    private int part;
    private boolean ended;

    Worker(WorkerPool pool, String name) {
      super(name);
      this.pool = pool;
      setDaemon(true);
    }

    void help(SharedWork work, int asPart) {
      synchronized (lock) {
        next = work;
        part = asPart;
        lock.notify();
      }
    }

    void end() {
      synchronized (lock) {
        ended = true;
        lock.notify();
      }
      boolean interrupted = false;
      while (isAlive()) {
        try {
          join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void run() {
      Scratch scratch = pool.lendScratch();
      while (true) {
        pool.becomesIdle(this);
        SharedWork work = await();
        if (work == null) {
          return;
        }
        work.takePart(part, scratch);
      }
    }

    private @Nullable SharedWork await() {
      synchronized (lock) {
        while (next == null && !ended) {
          try {
            lock.wait();
          } catch (InterruptedException e) {
            // Nobody is meant to interrupt a helper; it ends by end().
          }
        }
        SharedWork work = next;
        next = null;
        return work;
      }
    }
  }
}

package dev.verhulst.kernels.cpu;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The threads that share large computations with the thread that asks for them. A caller takes part
 * in its own work and never waits for a helper to begin, so that any number of callers make
 * progress; helpers are engaged only while fewer callers than threads are at work.
 */
final class WorkerPool implements AutoCloseable {

  /** From here on a helper that sleeps is worth waking. */
  private static final long WORTH_WAKING_NANOSECONDS = 60_000;

  /** From here on a helper that is awake is worth asking. */
  private static final long WORTH_SHARING_NANOSECONDS = 10_000;

  /**
   * For so long a helper stays awake when it has nothing to do: computations that follow one
   * another at once, as those of a program that does nothing else, find it there.
   */
  private static final long AWAKE_NANOSECONDS = 10_000;

  /** So many compute at once before others wait, where there are not more threads. */
  private static final int LEAST_SCRATCHES = 64;

  /** How often it looks whether the last computation has ended. */
  private static final long CLOSING_NANOSECONDS = 1_000_000;

  private final int threads;
  private final ScratchPool scratches;
  private final ArrayDeque<Worker> idle = new ArrayDeque<>();
  private final Worker[] workers;
  private final AtomicInteger callers = new AtomicInteger();
  private volatile boolean closed;

  /**
   * The last computation that was shared, while it goes on: a helper that has come too late for
   * another one finds it here, where its caller found no helper idle.
   */
  private final AtomicReference<@Nullable SharedWork> current = new AtomicReference<>();

  /** When the last computation that a helper could have shared ended. */
  private volatile long lastEnd = System.nanoTime() - AWAKE_NANOSECONDS;

  /**
   * @param threads how many threads compute, the caller's own among them
   */
  WorkerPool(int threads) {
    this.threads = threads;
    // Every helper keeps one, and as many callers may compute meanwhile.
    scratches = new ScratchPool(Math.max(LEAST_SCRATCHES, 2 * threads));
    workers = new Worker[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(this, "verhulst-cpu-" + (i + 1));
      workers[i].start();
    }
  }

  /** How many threads compute, a caller's own among them. */
  int threads() {
    return threads;
  }

  /**
   * Computes all blocks, and returns when they are done.
   *
   * @throws IllegalStateException where the pool is closed
   */
  void run(Work work) {
    int active = callers.incrementAndGet();
    try {
      if (closed) {
        throw new IllegalStateException("the device is closed");
      }
      Scratch scratch = scratches.lend();
      try {
        int wanted = (int) Math.min(work.blocks() - 1, threads - active);
        if (wanted <= 0 || work.nanoseconds() < WORTH_SHARING_NANOSECONDS) {
          computeAlone(work, scratch);
        } else {
          boolean mayWake =
              work.nanoseconds() >= WORTH_WAKING_NANOSECONDS
                  || System.nanoTime() - lastEnd < AWAKE_NANOSECONDS;
          share(work, wanted, mayWake, scratch);
          lastEnd = System.nanoTime();
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

  private void share(Work work, int wanted, boolean mayWake, Scratch scratch) {
    Worker[] helpers = new Worker[wanted];
    int count = 0;
    synchronized (idle) {
      while (count < wanted && !idle.isEmpty() && (mayWake || idle.peek().isAwake())) {
        helpers[count++] = idle.pop();
      }
    }
    if (count == 0 && !mayWake) {
      computeAlone(work, scratch);
      return;
    }
    SharedWork shared = new SharedWork(work, wanted + 1);
    current.set(shared);
    for (int i = 0; i < count; i++) {
      helpers[i].help(shared, i + 1);
    }
    shared.takePart(0, scratch);
    current.compareAndSet(shared, null);
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

  /** Waits for the computations that go on, and ends the helpers; there is no computing then. */
  @Override
  public void close() {
    closed = true;
    while (callers.get() > 0) {
      LockSupport.parkNanos(CLOSING_NANOSECONDS);
    }
    for (Worker worker : workers) {
      worker.end();
    }
    scratches.close();
  }

  /** A helper's thread. */
  static final class Worker extends Thread {

    private final WorkerPool pool;
    private volatile @Nullable SharedWork next;
    private int part;
    private volatile boolean asleep;
    private volatile boolean ended;

    Worker(WorkerPool pool, String name) {
      super(name);
      this.pool = pool;
      setDaemon(true);
    }

    /** Whether it would begin at once. */
    boolean isAwake() {
      return !asleep;
    }

    void help(SharedWork work, int asPart) {
      part = asPart;
      next = work;
      if (asleep) {
        LockSupport.unpark(this);
      }
    }

    void end() {
      ended = true;
      LockSupport.unpark(this);
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
        SharedWork current = pool.current.get();
        if (current != null && current != work) {
          current.takePart(current.parts() - 1, scratch);
        }
      }
    }

    /** The work to help with; null when there will be none. */
    private @Nullable SharedWork await() {
      long begin = System.nanoTime();
      while (next == null && System.nanoTime() - begin < AWAKE_NANOSECONDS) {
        Thread.onSpinWait();
      }
      if (next == null) {
        // Said before the last look at what there is to do, as help() looks after it has said that.
        asleep = true;
        while (next == null && !ended) {
          LockSupport.park(this);
        }
        asleep = false;
      }
      SharedWork work = next;
      next = null;
      return work;
    }
  }
}

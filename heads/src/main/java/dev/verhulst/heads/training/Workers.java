package dev.verhulst.heads.training;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** The threads of one training. */
final class Workers implements AutoCloseable {

  private final int threads;
  private final ExecutorService executor;

  Workers(int threads) {
    this.threads = threads;
    executor =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("verhulst-training-", 1).factory());
  }

  /** Runs the parts from 0 to {@code parts}, in any order, and returns when all have ended. */
  void run(int parts, IntConsumer part) {
    AtomicInteger next = new AtomicInteger();
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < Math.min(threads, parts); i++) {
      running.add(
          executor.submit(
              () -> {
                int index;
                while ((index = next.getAndIncrement()) < parts) {
                  part.accept(index);
                }
              }));
    }
    for (Future<?> future : running) {
      await(future);
    }
  }

  private static void await(Future<?> future) {
    try {
      future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("the training's thread was interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException("this is a bug: an unexpected failure", e.getCause());
    }
  }

  /** Ends the threads; what still runs of a cancelled training ends with its part. */
  @Override
  public void close() {
    executor.close();
  }
}

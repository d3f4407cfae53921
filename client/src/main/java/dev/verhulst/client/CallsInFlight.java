package dev.verhulst.client;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/** The calls that a client has under way, so that it can close cleanly. */
final class CallsInFlight {

  private final Set<CompletableFuture<?>> calls = ConcurrentHashMap.newKeySet();

  /** Held for reading while a call begins, for writing to refuse further ones. */
  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  private boolean closed;

  /**
   * Begins a call.
   *
   * @throws IllegalStateException after {@link #refuse}
   */
  <T> CompletableFuture<T> begin(Supplier<CompletableFuture<T>> call) {
    lock.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the client is closed; build another one");
      }
      CompletableFuture<T> begun = call.get();
      calls.add(begun);
      begun.whenComplete((result, failure) -> calls.remove(begun));
      return begun;
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Refuses new calls from now on. */
  void refuse() {
    lock.writeLock().lock();
    closed = true;
    lock.writeLock().unlock();
  }

  /**
   * Waits for the calls under way; gives them up where the thread is interrupted, which it then
   * still is.
   */
  void finish() {
    try {
      CompletableFuture.allOf(calls.toArray(new CompletableFuture<?>[0])).get();
    } catch (ExecutionException e) {
      // allOf has waited for every call; whoever made the failed one gets to know.
    } catch (InterruptedException e) {
      giveUp();
      Thread.currentThread().interrupt();
    }
  }

  /** Gives up the calls under way. */
  void giveUp() {
    calls.forEach(call -> call.cancel(true));
  }
}

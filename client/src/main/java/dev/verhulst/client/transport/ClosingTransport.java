package dev.verhulst.client.transport;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Closes cleanly: new calls are refused, those in flight finish first. Interrupting the closing
 * thread gives them up instead.
 */
public final class ClosingTransport implements Transport {

  private final Transport delegate;
  private final Set<CompletableFuture<?>> inFlight = ConcurrentHashMap.newKeySet();

  /** Held for reading while a call is sent, for writing to close. */
  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  private boolean closed;

  public ClosingTransport(Transport delegate) {
    this.delegate = delegate;
  }

  @Override
  public <B> CompletableFuture<HttpResponse<B>> send(
      HttpRequest request, HttpResponse.BodyHandler<B> bodyHandler) {
    lock.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the client is closed; build another one");
      }
      CompletableFuture<HttpResponse<B>> call = delegate.send(request, bodyHandler);
      inFlight.add(call);
      call.whenComplete((response, failure) -> inFlight.remove(call));
      return call;
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    closed = true;
    lock.writeLock().unlock();
    try {
      CompletableFuture.allOf(inFlight.toArray(new CompletableFuture<?>[0])).get();
    } catch (ExecutionException e) {
      // allOf has waited for every call; whoever made the failed one gets to know.
    } catch (InterruptedException e) {
      inFlight.forEach(call -> call.cancel(true));
      Thread.currentThread().interrupt();
    } finally {
      delegate.close();
    }
  }
}

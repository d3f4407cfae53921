package dev.verhulst.client.transport;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Futures that pass a cancellation on to the work that they stand for. */
public final class Futures {

  private Futures() {}

  /** The result of {@code source}, mapped; cancelling it cancels {@code source}. */
  public static <A, B> CompletableFuture<B> map(
      CompletableFuture<A> source, Function<? super A, ? extends B> mapping) {
    CompletableFuture<B> mapped = source.thenApply(mapping);
    cancelWith(mapped, source);
    return mapped;
  }

  /** Cancels {@code work} when {@code future} is cancelled. */
  public static void cancelWith(CompletableFuture<?> future, Future<?> work) {
    future.whenComplete(
        (result, failure) -> {
          if (future.isCancelled()) {
            work.cancel(true);
          }
        });
  }
}

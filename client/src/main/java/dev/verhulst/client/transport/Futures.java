package dev.verhulst.client.transport;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

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

  /** The end of {@code source}, without its value; cancelling it cancels {@code source}. */
  public static CompletableFuture<@Nullable Void> withoutValue(CompletableFuture<?> source) {
    CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
    source.whenComplete(
        (value, failure) -> {
          if (failure == null) {
            end.complete(null);
          } else {
            end.completeExceptionally(failure);
          }
        });
    cancelWith(end, source);
    return end;
  }

  /** Gives {@code work} up when {@code future} is done without it: cancelled, or out of time. */
  public static void cancelWith(CompletableFuture<?> future, Future<?> work) {
    future.whenComplete((result, failure) -> work.cancel(true));
  }
}

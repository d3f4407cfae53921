package dev.verhulst.client.transport;

import dev.verhulst.client.error.Failures;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Futures that pass a cancellation on to the work that they stand for. */
public final class Futures {

  private Futures() {}

  /**
   * The result of {@code source}, mapped; cancelling it cancels {@code source}. Where that fails,
   * it fails with the same, and not with a {@link java.util.concurrent.CompletionException} around
   * it.
   */
  public static <A, B> CompletableFuture<B> map(
      CompletableFuture<A> source, Function<? super A, ? extends B> mapping) {
    return compose(source, value -> CompletableFuture.completedFuture(mapping.apply(value)));
  }

  /** The result of the call that {@code next} begins with that of {@code source}, likewise. */
  public static <A, B> CompletableFuture<B> compose(
      CompletableFuture<A> source, Function<? super A, CompletableFuture<B>> next) {
    CompletableFuture<B> composed = new CompletableFuture<>();
    source.whenComplete(
        (value, failure) -> {
          if (failure != null) {
            composed.completeExceptionally(Failures.unwrap(failure));
            return;
          }
          try {
            CompletableFuture<B> second = next.apply(value);
            second.whenComplete(
                (result, thrown) -> {
                  if (thrown == null) {
                    composed.complete(result);
                  } else {
                    composed.completeExceptionally(Failures.unwrap(thrown));
                  }
                });
            cancelWith(composed, second);
          } catch (RuntimeException | Error e) {
            composed.completeExceptionally(e);
          }
        });
    cancelWith(composed, source);
    return composed;
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

package dev.verhulst.client.grpc;

import com.google.common.util.concurrent.FutureCallback;
import dev.verhulst.client.error.FailedCall;
import dev.verhulst.client.error.TransportFailure;
import dev.verhulst.client.transport.Interest;
import io.grpc.Deadline;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The end of a call: its message becomes the value that the caller waits for, or its failure one
 * that the client knows. The caller hears of whatever goes wrong, an {@link Error} included.
 */
final class Reception<M, T> implements FutureCallback<M> {

  /** Makes the value of a message. */
  interface Reader<M, T> {
    T read(M message) throws ProtocolException;
  }

  private final FailedCall call;
  private final Deadline halfTime;
  private final Reader<M, T> reader;
  private final ServerAnswer serverAnswer;
  private final Reconnection reconnection;
  private final CompletableFuture<T> answer = new Answer();
  private final Interest interest = new Interest();

  /**
   * @param call the call, in the words of an error message
   * @param timeout how long the caller waits
   */
  Reception(
      FailedCall call,
      Duration timeout,
      Reader<M, T> reader,
      ServerAnswer serverAnswer,
      Reconnection reconnection) {
    this.call = call;
    this.halfTime = Deadline.after(timeout.toNanos() / 2, TimeUnit.NANOSECONDS);
    this.reader = reader;
    this.serverAnswer = serverAnswer;
    this.reconnection = reconnection;
  }

  /** What the caller waits for. */
  CompletableFuture<T> answer() {
    return answer;
  }

  @Override
  public void onSuccess(M message) {
    try {
      T value;
      synchronized (interest) {
        if (interest.isLost()) {
          return;
        }
        value = reader.read(message);
      }
      answer.complete(value);
    } catch (ProtocolException e) {
      answer.completeExceptionally(TransportFailure.unanswered(call, e));
    } catch (RuntimeException | Error e) {
      answer.completeExceptionally(e);
    }
  }

  @Override
  public void onFailure(Throwable thrown) {
    if (interest.isLost()) {
      return;
    }
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof Error) {
        answer.completeExceptionally(cause);
        return;
      }
    }
    if (!serverAnswer.hasArrived(thrown)) {
      reconnection.connectNow();
    }
    leaveIfSilent();
    answer.completeExceptionally(GrpcFailures.of(call, thrown, serverAnswer));
  }

  /** A caller who gives up in the first half of its time has other reasons than silence. */
  private void leaveIfSilent() {
    if (halfTime.isExpired()) {
      serverAnswer.leaveIfSilent();
    }
  }

  /** Is cancelled where the call is given up, which takes effect before a caller hears of it. */
  private final class Answer extends CompletableFuture<T> {
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      if (!isDone()) {
        interest.lose();
        leaveIfSilent();
      }
      return super.cancel(mayInterruptIfRunning);
    }
  }
}

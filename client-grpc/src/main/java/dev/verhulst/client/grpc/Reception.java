package dev.verhulst.client.grpc;

import com.google.common.util.concurrent.FutureCallback;
import dev.verhulst.client.error.FailedCall;
import dev.verhulst.client.error.TransportFailure;
import dev.verhulst.client.transport.Interest;
import io.grpc.ManagedChannel;
import java.net.ProtocolException;
import java.util.concurrent.CompletableFuture;

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
  private final Reader<M, T> reader;
  private final ServerAnswer serverAnswer;
  private final ManagedChannel channel;
  private final CompletableFuture<T> answer = new CompletableFuture<>();
  private final Interest interest = new Interest();

  /**
   * @param call the call, in the words of an error message
   */
  Reception(
      FailedCall call, Reader<M, T> reader, ServerAnswer serverAnswer, ManagedChannel channel) {
    this.call = call;
    this.reader = reader;
    this.serverAnswer = serverAnswer;
    this.channel = channel;
    interest.loseWith(answer);
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
      // When to try again is the client's to say, which may be sooner than gRPC would.
      channel.resetConnectBackoff();
    }
    answer.completeExceptionally(GrpcFailures.of(call, thrown, serverAnswer));
  }
}

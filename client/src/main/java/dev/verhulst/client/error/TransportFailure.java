package dev.verhulst.client.error;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why an attempt at a call has no value: the error that the server answered, or what kept its
 * answer from coming. The client decides by it whether to try again, and turns it into a {@link
 * VerhulstException} in the thread that waits.
 */
public final class TransportFailure extends Exception {

  private final transient FailedCall call;
  private final @Nullable Duration retryAfter;

  private TransportFailure(
      FailedCall call, @Nullable Duration retryAfter, @Nullable Throwable cause) {
    super(cause == null ? call.answer() : call.request() + ": " + cause, cause, false, false);
    this.call = call;
    this.retryAfter = retryAfter;
  }

  /**
   * The server answered with an error.
   *
   * @param call the call, with its status and the server's message
   * @param retryAfter when the server says that trying again makes sense; null where it does not
   */
  public static TransportFailure answered(FailedCall call, @Nullable Duration retryAfter) {
    call.status().orElseThrow();
    return new TransportFailure(call, retryAfter, null);
  }

  /**
   * No usable answer came.
   *
   * @param cause an {@link java.io.IOException} as the JDK would report it: a {@link
   *     java.net.ConnectException} where the connection was refused, a {@link
   *     java.net.http.HttpTimeoutException} after a timeout, a {@link java.net.ProtocolException}
   *     for an answer that is not what the protocol says
   */
  public static TransportFailure unanswered(FailedCall call, Throwable cause) {
    return new TransportFailure(call, null, Failures.unwrap(cause));
  }

  public FailedCall call() {
    return call;
  }

  /** When the server says that trying again makes sense; empty where it does not say. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /** Whether nothing listened there, so that the request cannot have arrived. */
  public boolean refused() {
    return ConnectionException.isRefusal(getCause());
  }

  /** What happened, in a few words: {@code status 503}, or the cause. */
  public String reason() {
    Throwable cause = getCause();
    return cause == null ? "status " + call.status().orElseThrow() : cause.toString();
  }
}

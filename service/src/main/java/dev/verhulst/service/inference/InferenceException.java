package dev.verhulst.service.inference;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A request that gets an error for its answer. The message is the caller's: what was wrong, what
 * was expected, what to do.
 */
public final class InferenceException extends RuntimeException {

  private final ErrorKind kind;
  private final transient @Nullable Rejection rejection;
  private final transient @Nullable Duration retryAfter;

  public InferenceException(ErrorKind kind, String message) {
    this(kind, kind == ErrorKind.TIMEOUT ? Rejection.TIMED_OUT : null, message, null, null);
  }

  private InferenceException(
      ErrorKind kind,
      @Nullable Rejection rejection,
      String message,
      @Nullable Duration retryAfter,
      @Nullable Throwable cause) {
    super(message, cause, false, cause != null);
    this.kind = kind;
    this.rejection = rejection;
    this.retryAfter = retryAfter;
  }

  public static InferenceException invalidArgument(String message) {
    return new InferenceException(ErrorKind.INVALID_ARGUMENT, message);
  }

  public static InferenceException unavailable(
      Rejection rejection, String message, Duration retryAfter) {
    return new InferenceException(ErrorKind.UNAVAILABLE, rejection, message, retryAfter, null);
  }

  public static InferenceException internal(String message, Throwable cause) {
    return new InferenceException(ErrorKind.INTERNAL, null, message, null, cause);
  }

  public ErrorKind kind() {
    return kind;
  }

  /** Why the request was turned away; null where it was not, but was wrong or failed. */
  public @Nullable Rejection rejection() {
    return rejection;
  }

  /** When trying again makes sense; null where the error says nothing of it. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }
}

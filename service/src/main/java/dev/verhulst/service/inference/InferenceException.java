package dev.verhulst.service.inference;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A request that gets an error for its answer. The message is the caller's: what was wrong, what
 * was expected, what to do.
 */
public final class InferenceException extends RuntimeException {

  private final ErrorKind kind;
  private final transient @Nullable Duration retryAfter;

  public InferenceException(ErrorKind kind, String message) {
    this(kind, message, null, null);
  }

  private InferenceException(
      ErrorKind kind, String message, @Nullable Duration retryAfter, @Nullable Throwable cause) {
    super(message, cause, false, cause != null);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }

  public static InferenceException invalidArgument(String message) {
    return new InferenceException(ErrorKind.INVALID_ARGUMENT, message);
  }

  public static InferenceException unavailable(String message, Duration retryAfter) {
    return new InferenceException(ErrorKind.UNAVAILABLE, message, retryAfter, null);
  }

  public static InferenceException internal(String message, Throwable cause) {
    return new InferenceException(ErrorKind.INTERNAL, message, null, cause);
  }

  public ErrorKind kind() {
    return kind;
  }

  /** When trying again makes sense; null where the error says nothing of it. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }
}

package dev.verhulst.client.error;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** The one table of errors: from a status, or from what a transport reports, to a type. */
public final class Failures {

  private Failures() {}

  /**
   * The exception for an answer whose status is not 2xx.
   *
   * @param call the call, with its status and the server's message
   * @param retryAfter what the answer's Retry-After header said; null where it had none
   */
  public static VerhulstException ofStatus(FailedCall call, @Nullable Duration retryAfter) {
    int status = call.status().orElseThrow();
    return switch (status) {
      case 401, 403 -> new AccessDeniedException(call);
      case 404 -> new NotFoundException(call);
      case 405, 501 -> new UnsupportedRequestException(call);
      case 408, 504 -> new RequestTimeoutException("timeout: " + call.answer(), call, null);
      case 429, 502, 503 -> new UnavailableException(call, retryAfter);
      default -> {
        if (status >= 400 && status < 500) {
          yield new InvalidRequestException(call);
        }
        if (status >= 500 && status < 600) {
          yield new ServerErrorException(call);
        }
        yield new ProtocolException(
            "expected an answer of status 2xx, 4xx or 5xx; " + call.answer(), call, null);
      }
    };
  }

  /**
   * The exception for a call that got no usable answer. An unchecked exception that is nothing of
   * the kind, such as an {@link IllegalArgumentException}, is returned as it is.
   */
  public static RuntimeException ofThrowable(Throwable thrown, FailedCall call) {
    Throwable failure = unwrap(thrown);
    if (failure instanceof TransportFailure known) {
      return known.call().status().isPresent()
          ? ofStatus(known.call(), known.retryAfter().orElse(null))
          : ofThrowable(causeOf(known), known.call());
    }
    if (failure instanceof HttpTimeoutException) {
      return new RequestTimeoutException(
          "timeout: " + call.request() + ": " + failure.getMessage(), call, failure);
    }
    if (failure instanceof CancellationException || failure instanceof InterruptedException) {
      return new CallCancelledException(call, failure);
    }
    if (failure instanceof java.net.ProtocolException) {
      return new ProtocolException(
          call.request() + " was not answered as the protocol says: " + failure.getMessage(),
          call,
          failure);
    }
    if (failure instanceof IOException) {
      return new ConnectionException(connectionMessage(failure, call), call, failure);
    }
    if (failure instanceof Error error) {
      throw error;
    }
    return failure instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException("this is a bug: unexpected " + failure, failure);
  }

  /** What was thrown, without the wrappings of futures and streams. */
  public static Throwable unwrap(Throwable thrown) {
    Throwable cause = thrown.getCause();
    boolean wrapping =
        thrown instanceof CompletionException
            || thrown instanceof ExecutionException
            || thrown instanceof UncheckedIOException;
    return wrapping && cause != null ? unwrap(cause) : thrown;
  }

  private static Throwable causeOf(TransportFailure failure) {
    return Objects.requireNonNull(failure.getCause(), "this is a bug: no answer and no cause");
  }

  private static String connectionMessage(Throwable failure, FailedCall call) {
    if (ConnectionException.isRefusal(failure)) {
      return "connection refused: " + call.request() + "; is the server running there?";
    }
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String reason = failure.getMessage() == null ? root.toString() : failure.getMessage();
    return "connection failed: " + call.request() + ": " + reason;
  }
}

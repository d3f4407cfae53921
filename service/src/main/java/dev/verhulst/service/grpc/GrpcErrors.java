package dev.verhulst.service.grpc;

import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.inference.Rejection;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Errors as gRPC says them. */
final class GrpcErrors {

  private static final Logger LOG = LoggerFactory.getLogger(GrpcErrors.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /**
   * It travels in a header, and one says what was wrong: the name of a model, as long as it may be.
   */
  private static final int LONGEST_DESCRIPTION = 1000;

  /** When a client that retries should do so (https://github.com/grpc/proposal, A6). */
  private static final Metadata.Key<String> PUSHBACK =
      Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

  private GrpcErrors() {}

  /** The status of an answer; its cause, which stays here, is the error. */
  static Status status(InferenceException error) {
    String description = String.valueOf(error.getMessage());
    return Status.fromCodeValue(error.kind().grpcStatus())
        .withDescription(
            description.length() <= LONGEST_DESCRIPTION
                ? description
                : description.substring(0, LONGEST_DESCRIPTION) + "...")
        .withCause(error);
  }

  static Metadata trailers(InferenceException error) {
    Metadata trailers = new Metadata();
    if (error.kind() == ErrorKind.UNAVAILABLE) {
      Duration wait = error.retryAfter() == null ? RETRY_AFTER : error.retryAfter();
      trailers.put(PUSHBACK, Long.toString(wait.toMillis()));
    }
    return trailers;
  }

  static StatusRuntimeException exception(InferenceException error) {
    return status(error).asRuntimeException(trailers(error));
  }

  /** Whatever went wrong as the error that the caller gets; what is a bug is logged. */
  static InferenceException known(Throwable failure, String method) {
    if (failure instanceof InferenceException known && known.kind() != ErrorKind.INTERNAL) {
      LOG.debug("{} refused: {}", method, known.getMessage());
      return known;
    }
    LOG.error("{} failed", method, failure);
    return failure instanceof InferenceException known
        ? known
        : new InferenceException(ErrorKind.INTERNAL, "internal error: " + failure);
  }

  static InferenceException stopping() {
    return InferenceException.unavailable(
        Rejection.STOPPING, "the server is shutting down", RETRY_AFTER);
  }
}

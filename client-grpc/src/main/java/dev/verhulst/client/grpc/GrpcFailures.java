package dev.verhulst.client.grpc;

import dev.verhulst.client.error.FailedCall;
import dev.verhulst.client.error.TransportFailure;
import io.grpc.Status;
import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.net.http.HttpConnectTimeoutException;

/**
 * What gRPC reports, as the client knows it: each status stands for an HTTP status, so that both
 * transports have one table of errors (google.rpc.Code has the correspondence).
 */
final class GrpcFailures {

  private GrpcFailures() {}

  /**
   * @param answer how far the call has come
   */
  static TransportFailure of(FailedCall call, Throwable failure, ServerAnswer answer) {
    Status status = Status.fromThrowable(failure);
    if (status.getCode() == Status.Code.UNAVAILABLE) {
      // A cause is there only where the connection, and not the server, is why.
      for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
        if (cause instanceof ConnectTimeoutException) {
          return TransportFailure.unanswered(call, connectTimeout(cause));
        }
        if (cause instanceof IOException) {
          return TransportFailure.unanswered(call, cause);
        }
      }
      if (answer.isMissing(failure)) {
        return TransportFailure.unanswered(call, new IOException(status.getDescription()));
      }
    }
    return TransportFailure.answered(
        call.answered(httpStatus(status.getCode()), status.getDescription()), null);
  }

  /** As over HTTP; Netty's is a refused connection by its type. */
  private static Throwable connectTimeout(Throwable failure) {
    return new HttpConnectTimeoutException(failure.getMessage()).initCause(failure);
  }

  private static int httpStatus(Status.Code code) {
    return switch (code) {
      case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> 400;
      case UNAUTHENTICATED -> 401;
      case PERMISSION_DENIED -> 403;
      case NOT_FOUND -> 404;
      case ALREADY_EXISTS, ABORTED -> 409;
      case RESOURCE_EXHAUSTED -> 429;
      case CANCELLED, DATA_LOSS, INTERNAL, OK, UNKNOWN -> 500;
      case UNIMPLEMENTED -> 501;
      case UNAVAILABLE -> 503;
      case DEADLINE_EXCEEDED -> 504;
    };
  }
}

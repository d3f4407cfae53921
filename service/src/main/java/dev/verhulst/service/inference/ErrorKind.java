package dev.verhulst.service.inference;

/**
 * The one table of errors: what went wrong, and how HTTP and gRPC say so, by their status codes
 * (RFC 9110; https://grpc.io/docs/guides/status-codes/).
 */
public enum ErrorKind {
  /** The request is wrong: its syntax, a name, a datatype, a shape, a size, a parameter. */
  INVALID_ARGUMENT(400, 3),
  /** The request is longer than it may be. */
  TOO_LARGE(413, 8),
  /** There is no model of that name: clients of this protocol expect 400, and gRPC's NOT_FOUND. */
  UNKNOWN_MODEL(400, 5),
  /** The caller showed no API key, or none that is known. */
  UNAUTHENTICATED(401, 16),
  /** The path, or the version of a known model, does not exist. */
  NOT_FOUND(404, 5),
  /** The path exists, the method does not. */
  METHOD_NOT_ALLOWED(405, 12),
  /** The request's own timeout passed before its results were there. */
  TIMEOUT(504, 4),
  /** The caller has left. Nobody reads this status. */
  CANCELLED(499, 1),
  /** The queue is full, memory is short, the service starts or stops: try again later. */
  UNAVAILABLE(503, 14),
  /** A part of the protocol that the service does not implement. */
  UNSUPPORTED(501, 12),
  /** A bug, or a device that failed. */
  INTERNAL(500, 13);

  private final int httpStatus;
  private final int grpcStatus;

  ErrorKind(int httpStatus, int grpcStatus) {
    this.httpStatus = httpStatus;
    this.grpcStatus = grpcStatus;
  }

  public int httpStatus() {
    return httpStatus;
  }

  /** The number of the gRPC status code. */
  public int grpcStatus() {
    return grpcStatus;
  }
}

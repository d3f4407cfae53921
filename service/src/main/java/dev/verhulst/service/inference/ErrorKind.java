package dev.verhulst.service.inference;

/** The one table of errors: what went wrong, and the HTTP status that says so. */
public enum ErrorKind {
  /**
   * The request is wrong: its syntax, a name, a datatype, a shape, a size, a parameter; an unknown
   * model too.
   */
  INVALID_ARGUMENT(400),
  /** The path, or the version of a known model, does not exist. */
  NOT_FOUND(404),
  /** The path exists, the method does not. */
  METHOD_NOT_ALLOWED(405),
  /** The request's own timeout passed before its results were there. */
  TIMEOUT(504),
  /** The caller has left. Nobody reads this status. */
  CANCELLED(499),
  /** The queue is full, memory is short, the service starts or stops: try again later. */
  UNAVAILABLE(503),
  /** A part of the protocol that the service does not implement. */
  UNSUPPORTED(501),
  /** A bug, or a device that failed. */
  INTERNAL(500);

  private final int httpStatus;

  ErrorKind(int httpStatus) {
    this.httpStatus = httpStatus;
  }

  public int httpStatus() {
    return httpStatus;
  }
}

package dev.verhulst.service.metrics;

import dev.verhulst.service.inference.ErrorKind;

/** Why a request failed, as the label {@code reason} of {@code nv_inference_request_failure}. */
enum FailureReason {
  /** Its caller left. */
  CANCELED,
  /** It was turned away before it was computed: queue full, no memory, its time passed. */
  REJECTED,
  /** The device failed. */
  BACKEND,
  /** Anything else: mostly, the request was wrong. */
  OTHER;

  static FailureReason of(ErrorKind kind) {
    return switch (kind) {
      case CANCELLED -> CANCELED;
      case UNAVAILABLE, TIMEOUT -> REJECTED;
      case INTERNAL -> BACKEND;
      case INVALID_ARGUMENT,
          TOO_LARGE,
          UNKNOWN_MODEL,
          NOT_FOUND,
          METHOD_NOT_ALLOWED,
          UNAUTHENTICATED,
          UNSUPPORTED ->
          OTHER;
    };
  }
}

package dev.verhulst.service.tracing;

import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;

/** A request as it is observed: with the caller's trace context, and when it really began. */
final class RequestContext extends ReceiverContext<CallHeaders> {

  private final long startEpochNanos;

  RequestContext(CallHeaders headers, long startEpochNanos) {
    super(CallHeaders::header, Kind.SERVER);
    setCarrier(headers);
    this.startEpochNanos = startEpochNanos;
  }

  /** When its first byte was seen, in nanoseconds since 1970. */
  long startEpochNanos() {
    return startEpochNanos;
  }
}

package dev.verhulst.service.tracing;

import io.micrometer.observation.Observation;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.PropagatingReceiverTracingObservationHandler;
import io.micrometer.tracing.propagation.Propagator;
import java.util.concurrent.TimeUnit;

/** Makes the span of a request: a child of the caller's where there is one. */
final class RequestSpans extends PropagatingReceiverTracingObservationHandler<RequestContext> {

  RequestSpans(Tracer tracer, Propagator propagator) {
    super(tracer, propagator);
  }

  @Override
  public Span.Builder customizeExtractedSpan(RequestContext context, Span.Builder span) {
    return span.startTimestamp(context.startEpochNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public boolean supportsContext(Observation.Context context) {
    return context instanceof RequestContext;
  }
}

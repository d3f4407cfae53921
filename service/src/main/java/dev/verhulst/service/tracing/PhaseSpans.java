package dev.verhulst.service.tracing;

import io.micrometer.observation.Observation;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.TracingObservationHandler;
import java.util.concurrent.TimeUnit;

/** Makes the span of a phase: a child of the request's, from when it began to when it ended. */
final class PhaseSpans implements TracingObservationHandler<PhaseContext> {

  private final Tracer tracer;

  PhaseSpans(Tracer tracer) {
    this.tracer = tracer;
  }

  @Override
  public void onStart(PhaseContext context) {
    Span.Builder span =
        tracer.spanBuilder().startTimestamp(context.startEpochNanos(), TimeUnit.NANOSECONDS);
    Span request = getParentSpan(context);
    if (request != null) {
      span.setParent(request.context());
    }
    getTracingContext(context).setSpan(span.name(getSpanName(context)).start());
  }

  @Override
  public void onStop(PhaseContext context) {
    Span span = getRequiredSpan(context);
    tagSpan(context, span);
    span.end(context.endEpochNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public boolean supportsContext(Observation.Context context) {
    return context instanceof PhaseContext;
  }

  @Override
  public Tracer getTracer() {
    return tracer;
  }
}

/** Traces: what becomes of a request, as spans for OpenTelemetry. Off unless told where to. */
@NullMarked
package dev.verhulst.service.tracing;

import org.jspecify.annotations.NullMarked;

package dev.verhulst.service.tracing;

/** Begins the trace of each inference. Thread-safe. */
@FunctionalInterface
public interface InferenceTracing {

  /** Traces nothing, and costs nothing. */
  InferenceTracing OFF = (model, version, headers, received) -> InferenceTrace.NONE;

  /**
   * Begins a trace, in its first phase, or goes on with the one that the caller has begun.
   *
   * @param model the name that the request calls its model by
   * @param version the model's version
   * @param headers where the caller's trace context is
   * @param received when the request's first byte was seen, by {@link System#nanoTime()}
   */
  InferenceTrace begin(String model, String version, CallHeaders headers, long received);
}

package dev.verhulst.client.micrometer;

import dev.verhulst.client.listener.CallEnd;
import dev.verhulst.client.listener.CallListener;
import dev.verhulst.client.listener.CallStart;
import dev.verhulst.client.listener.ClientListener;
import dev.verhulst.client.listener.Retry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

/**
 * Counts and times a client's calls in a {@link MeterRegistry}:
 *
 * <ul>
 *   <li>{@code verhulst.client.calls}, a timer; the tag {@code outcome} is {@code success} or the
 *       simple name of the exception
 *   <li>{@code verhulst.client.retries}, a counter
 *   <li>{@code verhulst.client.sent} and {@code verhulst.client.received}, the bytes of tensors per
 *       call
 * </ul>
 *
 * All have the tags {@code operation}, {@code model}, {@code transport} and {@code endpoint}.
 */
public final class MetricsListener implements ClientListener {

  private final MeterRegistry registry;

  public MetricsListener(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public CallListener started(CallStart call) {
    return new Meters(call);
  }

  private final class Meters implements CallListener {

    private final CallStart call;

    Meters(CallStart call) {
      this.call = call;
    }

    @Override
    public void retrying(Retry retry) {
      registry
          .counter("verhulst.client.retries", tags(retry.transport(), retry.endpoint().toString()))
          .increment();
    }

    @Override
    public void succeeded(CallEnd end, long tensorBytes) {
      record(end, "success");
      Tags tags = tags(end.transport(), end.endpoint().toString());
      registry.summary("verhulst.client.received", tags).record(tensorBytes);
    }

    @Override
    public void failed(CallEnd end, RuntimeException failure) {
      record(end, failure.getClass().getSimpleName());
    }

    private void record(CallEnd end, String outcome) {
      Tags tags = tags(end.transport(), end.endpoint().toString());
      registry.timer("verhulst.client.calls", tags.and("outcome", outcome)).record(end.duration());
      registry.summary("verhulst.client.sent", tags).record(call.tensorBytes());
    }

    private Tags tags(String transport, String endpoint) {
      return Tags.of(
          "operation",
          call.operation(),
          "model",
          call.model().orElse("none"),
          "transport",
          transport,
          "endpoint",
          endpoint);
    }
  }
}

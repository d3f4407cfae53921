package dev.verhulst.client.micrometer;

import dev.verhulst.client.listener.CallEnd;
import dev.verhulst.client.listener.CallListener;
import dev.verhulst.client.listener.CallStart;
import dev.verhulst.client.listener.ClientListener;
import dev.verhulst.client.listener.Retry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Makes an {@link Observation} named {@code verhulst.client.call} of every call, and with it
 * whatever the registry's handlers make of one: a span, a timer. Its low-cardinality keys are
 * {@code operation}, {@code model}, {@code transport} and {@code endpoint}; each retry is an event.
 * Its parent is the observation that was current where the call began. What the registry's handlers
 * put into its carrier, the W3C trace context where they trace, goes to the server with the call.
 */
public final class ObservationListener implements ClientListener {

  private final ObservationRegistry registry;

  public ObservationListener(ObservationRegistry registry) {
    this.registry = registry;
  }

  @Override
  public CallListener started(CallStart call) {
    String model = call.model().orElse("none");
    SenderContext<Map<String, String>> context =
        new SenderContext<>(
            (headers, name, value) -> Objects.requireNonNull(headers).put(name, value),
            Kind.CLIENT);
    Map<String, String> headers = new HashMap<>();
    context.setCarrier(headers);
    Observation observation =
        Observation.createNotStarted("verhulst.client.call", () -> context, registry)
            .contextualName(call.operation() + " " + model)
            .lowCardinalityKeyValue("operation", call.operation())
            .lowCardinalityKeyValue("model", model)
            .highCardinalityKeyValue("sent.bytes", Long.toString(call.tensorBytes()))
            .start();
    return new Observed(observation, headers);
  }

  private record Observed(Observation observation, Map<String, String> headers)
      implements CallListener {

    @Override
    public void retrying(Retry retry) {
      observation.event(
          Observation.Event.of("retry", retry.endpoint() + ": " + retry.failure().reason()));
    }

    @Override
    public void succeeded(CallEnd end, long tensorBytes) {
      observation.highCardinalityKeyValue("received.bytes", Long.toString(tensorBytes));
      stop(end);
    }

    @Override
    public void failed(CallEnd end, RuntimeException failure) {
      observation.error(failure);
      stop(end);
    }

    private void stop(CallEnd end) {
      observation
          .lowCardinalityKeyValue("transport", end.transport())
          .lowCardinalityKeyValue("endpoint", end.endpoint().toString())
          .highCardinalityKeyValue("attempts", Integer.toString(end.attempts()))
          .stop();
    }
  }
}

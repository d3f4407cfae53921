package dev.verhulst.client.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.client.VerhulstClient;
import dev.verhulst.client.error.InvalidRequestException;
import dev.verhulst.client.server.FakeServer;
import dev.verhulst.client.server.FakeServer.Reply;
import dev.verhulst.client.transport.RetryPolicy;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.SenderContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What Micrometer gets to know of calls over a real socket. */
class MicrometerTest {

  private static final Reply VALUE =
      Reply.json(
          "{\"model_name\":\"sigmoid\",\"outputs\":"
              + "[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[0.5]}]}");

  private static final String TRACEPARENT =
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private final FakeServer server =
      new FakeServer().reply(Reply.error(503, "busy"), VALUE, Reply.error(400, "wrong"));
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<String> events = new ArrayList<>();
  private final ObservationRegistry observations = ObservationRegistry.create();
  private final VerhulstClient client;

  MicrometerTest() {
    observations.observationConfig().observationHandler(new Recorder());
    client =
        VerhulstClient.builder(server.url())
            .retryPolicy(
                new RetryPolicy(
                    1, Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofSeconds(1)))
            .listener(
                call -> {
                  throw new IllegalStateException("a listener that fails harms nobody");
                })
            .listener(new MetricsListener(meters))
            .listener(new ObservationListener(observations))
            .build();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void metricsAndObservations() {
    assertThat(client.sigmoid(new float[] {0})).containsExactly(0.5f);
    assertThatThrownBy(() -> client.sigmoid(new float[] {0}))
        .isInstanceOf(InvalidRequestException.class);

    Timer success = meters.get("verhulst.client.calls").tag("outcome", "success").timer();
    assertThat(success.count()).isEqualTo(1);
    assertThat(success.totalTime(TimeUnit.NANOSECONDS)).isPositive();
    assertThat(success.getId().getTag("model")).isEqualTo("sigmoid");
    assertThat(success.getId().getTag("operation")).isEqualTo("infer");
    assertThat(success.getId().getTag("transport")).isEqualTo("http");
    assertThat(success.getId().getTag("endpoint")).isEqualTo(server.url());
    assertThat(
            meters
                .get("verhulst.client.calls")
                .tag("outcome", "InvalidRequestException")
                .timer()
                .count())
        .isEqualTo(1);
    assertThat(meters.get("verhulst.client.retries").counter().count()).isEqualTo(1);
    assertThat(meters.get("verhulst.client.sent").summary().totalAmount()).isEqualTo(4 + 4);
    assertThat(meters.get("verhulst.client.received").summary().totalAmount()).isEqualTo(4);

    assertThat(server.received())
        .hasSize(3)
        .allSatisfy(
            request ->
                assertThat(request.headers().getFirst("traceparent")).isEqualTo(TRACEPARENT));
    assertThat(events)
        .containsExactly(
            "start infer sigmoid",
            "retry " + server.url() + ": status 503",
            "stop 2",
            "start infer sigmoid",
            "error InvalidRequestException",
            "stop 1");
  }

  /** Keeps what happens. */
  private final class Recorder implements ObservationHandler<Observation.Context> {

    @Override
    @SuppressWarnings("unchecked") // what the listener sends with
    public void onStart(Observation.Context context) {
      SenderContext<Map<String, String>> sender = (SenderContext<Map<String, String>>) context;
      sender.getSetter().set(sender.getCarrier(), "traceparent", TRACEPARENT);
      events.add("start " + context.getContextualName());
    }

    @Override
    public void onEvent(Observation.Event event, Observation.Context context) {
      events.add(event.getName() + " " + event.getContextualName());
    }

    @Override
    public void onError(Observation.Context context) {
      events.add("error " + Objects.requireNonNull(context.getError()).getClass().getSimpleName());
    }

    @Override
    public void onStop(Observation.Context context) {
      events.add(
          "stop "
              + Objects.requireNonNull(context.getHighCardinalityKeyValue("attempts")).getValue());
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
      return true;
    }
  }
}

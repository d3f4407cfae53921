package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.client.VerhulstClient;
import dev.verhulst.client.error.InvalidRequestException;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.micrometer.ObservationListener;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The traces that the packaged service sends, as who receives them gets them. */
class TracingIT {

  private static final String PARENT = "b7ad6b7169203331";
  private static final List<String> PHASES = List.of("read", "queue", "compute", "write");

  private static SpanReceiver receiver;
  private static ServiceProcess service;

  @BeforeAll
  static void start() {
    receiver = new SpanReceiver();
    service =
        ServiceProcess.start(
            "--management.opentelemetry.tracing.export.otlp.endpoint=" + receiver.url(),
            "--management.opentelemetry.tracing.export.schedule-delay=100ms");
  }

  @AfterAll
  static void stop() {
    service.close();
    receiver.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "grpc"})
  void aRequestIsAChildOfTheSpanThatItsTraceparentNames(String transport) {
    String traceId = transport.equals("http") ? "1".repeat(32) : "2".repeat(32);
    try (VerhulstClient client =
        VerhulstClient.builder(url(transport))
            .header("traceparent", "00-" + traceId + "-" + PARENT + "-01")
            .build()) {
      client.infer(
          InferenceRequest.builder("sigmoid")
              .input("x", Tensor.of(new float[3 * 2], 3, 2))
              .build());
    }

    Span request = request(traceId);
    assertThat(SpanReceiver.hex(request.getParentSpanId())).isEqualTo(PARENT);
    assertThat(request.getName()).isEqualTo("infer sigmoid");
    assertThat(request.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
    assertThat(SpanReceiver.attribute(request, "model")).isEqualTo("sigmoid");
    assertThat(SpanReceiver.attribute(request, "version")).isEqualTo("1");
    assertThat(SpanReceiver.attribute(request, "batch.size")).isEqualTo("3");
    assertThat(SpanReceiver.attribute(request, "execution.batch.size")).isEqualTo("3");
    assertThat(receiver.resources("service.name")).containsExactly("verhulst");

    List<Span> phases = phases(traceId, request, PHASES.size());
    assertThat(phases).extracting(Span::getName).containsExactlyElementsOf(PHASES);
    long end = request.getStartTimeUnixNano();
    for (Span phase : phases) {
      assertThat(phase.getStartTimeUnixNano()).isEqualTo(end);
      assertThat(phase.getEndTimeUnixNano()).isGreaterThanOrEqualTo(end);
      end = phase.getEndTimeUnixNano();
    }
    // They end by two clocks that were read one after the other.
    assertThat(end).isLessThan(request.getEndTimeUnixNano() + 1_000_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "grpc"})
  void theSdkSendsTheCallersContext(String transport) {
    ObservationRegistry observations = ObservationRegistry.create();
    List<String> ids = new ArrayList<>();
    try (SdkTracerProvider spans = SdkTracerProvider.builder().build()) {
      OtelTracer tracer = trace(observations, spans);
      try (VerhulstClient client =
          VerhulstClient.builder(url(transport))
              .listener(new ObservationListener(observations))
              .build()) {
        Observation.createNotStarted("caller", observations)
            .observe(
                () -> {
                  ids.add(current(tracer));
                  client.sigmoid(new float[] {0});
                });
      }
    }

    Span request = request(ids.getFirst());
    assertThat(SpanReceiver.hex(request.getParentSpanId())).matches("(?!0{16})[0-9a-f]{16}");
  }

  @Test
  void aRequestThatFailsSaysInWhichPhase() {
    String traceId = "3".repeat(32);
    try (VerhulstClient client =
        VerhulstClient.builder(url("http"))
            .header("traceparent", "00-" + traceId + "-" + PARENT + "-01")
            .build()) {
      InferenceRequest wrong =
          InferenceRequest.builder("sigmoid").input("wrong", Tensor.of(new float[1], 1)).build();
      assertThatThrownBy(() -> client.infer(wrong)).isInstanceOf(InvalidRequestException.class);
    }

    Span request = request(traceId);
    assertThat(request.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
    List<Span> phases = phases(traceId, request, 1);
    assertThat(phases).extracting(Span::getName).containsExactly("read");
    assertThat(phases.getFirst().getStatus().getCode())
        .isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
  }

  @Test
  void whereTheCallerDoesNotSampleNothingIsSent() {
    String traceId = "4".repeat(32);
    String sampled = "5".repeat(32);
    for (String traceparent :
        List.of("00-" + traceId + "-" + PARENT + "-00", "00-" + sampled + "-" + PARENT + "-01")) {
      try (VerhulstClient client =
          VerhulstClient.builder(url("http")).header("traceparent", traceparent).build()) {
        client.sigmoid(new float[] {0});
      }
    }
    request(sampled);
    assertThat(receiver.spans(traceId)).isEmpty();
  }

  @Test
  void withoutAnAddressNothingOfOpenTelemetryStarts(@TempDir Path folder) throws IOException {
    Path loaded = folder.resolve("loaded.txt");
    List<String> jvmArguments = new ArrayList<>(ServiceProcess.JVM_ARGUMENTS);
    jvmArguments.add("-Xlog:class+load:file=" + loaded);
    try (ServiceProcess untraced = ServiceProcess.beginInJvm(jvmArguments).awaitReady();
        VerhulstClient client =
            VerhulstClient.builder(untraced.url())
                .header("traceparent", "00-" + "6".repeat(32) + "-" + PARENT + "-01")
                .build()) {
      assertThat(client.sigmoid(new float[] {0})).containsExactly(0.5f);
      untraced.stop();
    }
    try (Stream<String> lines = Files.lines(loaded)) {
      assertThat(lines)
          .anyMatch(line -> line.contains("dev.verhulst.service.exchange.Inference "))
          .noneMatch(
              line ->
                  line.matches(
                      ".*(io\\.opentelemetry\\.(sdk|exporter|api)\\.|ObservedInference|TracingConfiguration|OpenTelemetry\\w*AutoConfiguration).*"));
    }
  }

  private static String url(String transport) {
    return transport.equals("http") ? service.url() : "grpc://localhost:" + service.grpcPort();
  }

  /** The span of the trace's one request, once it has come. */
  private static Span request(String traceId) {
    service.await("the span of a request", () -> requests(traceId).findAny().isPresent());
    assertThat(requests(traceId)).hasSize(1);
    return requests(traceId).findFirst().orElseThrow();
  }

  private static Stream<Span> requests(String traceId) {
    return receiver.spans(traceId).stream().filter(span -> span.getName().startsWith("infer "));
  }

  /** The phases in the order of their time, once there are so many. */
  private static List<Span> phases(String traceId, Span request, int count) {
    service.await("the spans of phases", () -> children(traceId, request).size() >= count);
    return children(traceId, request);
  }

  private static List<Span> children(String traceId, Span request) {
    return receiver.spans(traceId).stream()
        .filter(span -> span.getParentSpanId().equals(request.getSpanId()))
        .sorted(
            Comparator.comparingLong(Span::getStartTimeUnixNano)
                .thenComparingLong(Span::getEndTimeUnixNano))
        .toList();
  }

  private static OtelTracer trace(ObservationRegistry observations, SdkTracerProvider spans) {
    io.opentelemetry.api.trace.Tracer tracer = spans.get("test");
    OtelTracer bridge = new OtelTracer(tracer, new OtelCurrentTraceContext(), event -> {});
    OtelPropagator propagator =
        new OtelPropagator(
            ContextPropagators.create(W3CTraceContextPropagator.getInstance()), tracer);
    observations
        .observationConfig()
        .observationHandler(
            new io.micrometer.observation.ObservationHandler
                .FirstMatchingCompositeObservationHandler(
                new PropagatingSenderTracingObservationHandler<>(bridge, propagator),
                new DefaultTracingObservationHandler(bridge)));
    return bridge;
  }

  private static String current(Tracer tracer) {
    io.micrometer.tracing.Span span = tracer.currentSpan();
    assertThat(span).isNotNull();
    return span.context().traceId();
  }
}

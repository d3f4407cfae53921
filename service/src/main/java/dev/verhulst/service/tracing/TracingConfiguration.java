package dev.verhulst.service.tracing;

import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import java.time.InstantSource;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.OtlpTracingAutoConfiguration;
import org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/** Wires tracing, where {@link TracingSwitch} turns it on. */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({
  ObservationAutoConfiguration.class,
  OpenTelemetrySdkAutoConfiguration.class,
  OpenTelemetryTracingAutoConfiguration.class,
  OtlpTracingAutoConfiguration.class,
  MicrometerTracingAutoConfiguration.class
})
class TracingConfiguration {

  @Bean
  @Order(0) // before those that take any context
  RequestSpans requestSpans(Tracer tracer, Propagator propagator) {
    return new RequestSpans(tracer, propagator);
  }

  @Bean
  @Order(0)
  PhaseSpans phaseSpans(Tracer tracer) {
    return new PhaseSpans(tracer);
  }

  @Bean
  InferenceTracing inferenceTracing(ObservationRegistry registry) {
    return new ObservedInferences(registry, InstantSource.system(), System::nanoTime);
  }
}

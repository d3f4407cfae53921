package dev.verhulst.service.jobs;

import dev.verhulst.service.metrics.Metric;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Exposes how many jobs wait, run and have ended, and how. */
final class JobMetrics implements MeterBinder {

  private final Jobs jobs;

  JobMetrics(Jobs jobs) {
    this.jobs = jobs;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    gauge(registry, Metric.JOBS_QUEUED, Jobs::queued);
    gauge(registry, Metric.JOBS_RUNNING, Jobs::running);
    for (JobState state : JobState.values()) {
      if (state.hasEnded()) {
        FunctionCounter.builder(Metric.JOBS_ENDED.exposed(), jobs, each -> each.ended(state))
            .description(Metric.JOBS_ENDED.help())
            .tag("state", state.name().toLowerCase(Locale.ROOT))
            .register(registry);
      }
    }
  }

  private void gauge(MeterRegistry registry, Metric metric, ToDoubleFunction<Jobs> value) {
    Gauge.builder(metric.exposed(), jobs, value)
        .description(metric.help())
        .strongReference(true)
        .register(registry);
  }
}

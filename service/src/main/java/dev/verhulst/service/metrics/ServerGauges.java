package dev.verhulst.service.metrics;

import dev.verhulst.service.device.ServiceDevice;
import dev.verhulst.service.device.WarmUp;
import dev.verhulst.service.lifecycle.ServerState;
import dev.verhulst.service.memory.PooledTensorMemory;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;
import java.util.function.Supplier;

/** Exposes how the server stands: its memory, its device, its readiness. */
public final class ServerGauges implements MeterBinder {

  private final ServerState state;
  private final PooledTensorMemory memory;
  private final ServiceDevice device;
  private final WarmUp warmUp;

  public ServerGauges(
      ServerState state, PooledTensorMemory memory, ServiceDevice device, WarmUp warmUp) {
    this.state = state;
    this.memory = memory;
    this.device = device;
    this.warmUp = warmUp;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    gauge(registry, Metric.MEMORY_LEASED, memory::leasedBytes);
    gauge(registry, Metric.MEMORY_ALLOCATED, memory::allocatedBytes);
    gauge(registry, Metric.MEMORY_BUDGET, memory::budget);
    gauge(registry, Metric.MEMORY_LEASES, memory::openLeases);
    gauge(registry, Metric.MEMORY_WAITING, memory::waiting);
    gauge(
        registry,
        Metric.DEVICE_INFO,
        () -> 1,
        "kind",
        device.kind().name().toLowerCase(Locale.ROOT),
        "description",
        device.device().description());
    gauge(registry, Metric.DEVICE_DEGRADED, () -> device.isDegraded() ? 1 : 0);
    gauge(registry, Metric.WARM_UP_REMAINING, warmUp::remaining);
    gauge(registry, Metric.READY, () -> state.isReady() ? 1 : 0);
  }

  private static void gauge(
      MeterRegistry registry, Metric metric, Supplier<Number> value, String... labels) {
    // With dots, as Micrometer writes names: of a name with underscores it would drop "_info".
    Gauge.builder(metric.exposed().replace('_', '.'), value)
        .description(metric.help())
        .tags(labels)
        .strongReference(true)
        .register(registry);
  }
}

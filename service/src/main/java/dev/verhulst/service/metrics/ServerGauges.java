package dev.verhulst.service.metrics;

import dev.verhulst.service.device.ServiceDevice;
import dev.verhulst.service.device.WarmUp;
import dev.verhulst.service.lifecycle.ServerState;
import dev.verhulst.service.memory.PooledTensorMemory;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;

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
    Gauge.builder("verhulst.memory.leased", memory, PooledTensorMemory::leasedBytes)
        .description("Tensor memory that requests hold")
        .baseUnit("bytes")
        .register(registry);
    Gauge.builder("verhulst.memory.allocated", memory, PooledTensorMemory::allocatedBytes)
        .description("Tensor memory that is allocated, lent or idle")
        .baseUnit("bytes")
        .register(registry);
    Gauge.builder("verhulst.memory.budget", memory, PooledTensorMemory::budget)
        .description("Tensor memory that may be allocated")
        .baseUnit("bytes")
        .register(registry);
    Gauge.builder("verhulst.memory.leases", memory, PooledTensorMemory::openLeases)
        .description("Leases of tensor memory that are open")
        .register(registry);
    Gauge.builder("verhulst.memory.waiting", memory, PooledTensorMemory::waiting)
        .description("Requests that wait for tensor memory")
        .register(registry);
    Gauge.builder("verhulst.device.info", () -> 1)
        .description("The device that the server computes on")
        .tag("kind", device.kind().name().toLowerCase(Locale.ROOT))
        .tag("description", device.device().description())
        .register(registry);
    Gauge.builder("verhulst.device.degraded", device, each -> each.isDegraded() ? 1 : 0)
        .description("1 where a GPU was lost and the CPU stands in for it")
        .register(registry);
    Gauge.builder("verhulst.warmup.remaining", warmUp, WarmUp::remaining)
        .description("Kernels that have not run until they were fast")
        .register(registry);
    Gauge.builder("verhulst.ready", state, each -> each.isReady() ? 1 : 0)
        .description("1 where the server takes requests")
        .register(registry);
  }
}

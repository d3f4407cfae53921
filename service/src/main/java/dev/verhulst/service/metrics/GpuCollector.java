package dev.verhulst.service.metrics;

import dev.verhulst.kernels.DeviceReadings;
import dev.verhulst.kernels.GpuStatus;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot.UnknownDataPointSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Exposes how each of the GPUs stands that the server computes on; nothing of what its driver does
 * not say.
 */
public final class GpuCollector implements MultiCollector {

  private static final String UUID = "gpu_uuid";

  private final Supplier<List<GpuStatus>> gpus;

  /**
   * @param gpus asked at each scrape; none where the CPU computes alone
   */
  public GpuCollector(Supplier<List<GpuStatus>> gpus) {
    this.gpus = gpus;
  }

  @Override
  public MetricSnapshots collect() {
    List<GpuStatus> now = gpus.get();
    List<MetricSnapshot> snapshots = new ArrayList<>();
    add(snapshots, gauge(Metric.DEVICE_GPU_USABLE, now, gpu -> gpu.usable() ? 1 : 0));
    add(snapshots, gauge(Metric.DEVICE_GPU_IN_FLIGHT, now, GpuStatus::bytesInFlight));
    add(snapshots, counter(Metric.DEVICE_GPU_LOSSES, now, GpuStatus::losses));
    add(snapshots, counter(Metric.DEVICE_GPU_PROBES, now, GpuStatus::probes));
    add(snapshots, reading(Metric.GPU_UTILIZATION, now, DeviceReadings::utilization));
    add(snapshots, reading(Metric.GPU_MEMORY_TOTAL, now, DeviceReadings::memoryTotalBytes));
    add(snapshots, reading(Metric.GPU_MEMORY_USED, now, DeviceReadings::memoryUsedBytes));
    add(snapshots, reading(Metric.GPU_POWER_USAGE, now, DeviceReadings::powerWatts));
    add(snapshots, reading(Metric.GPU_POWER_LIMIT, now, DeviceReadings::powerLimitWatts));
    add(snapshots, energy(now));
    return new MetricSnapshots(snapshots);
  }

  /** A metric without any value is left out. */
  private static void add(List<MetricSnapshot> snapshots, MetricSnapshot snapshot) {
    if (!snapshot.getDataPoints().isEmpty()) {
      snapshots.add(snapshot);
    }
  }

  private static GaugeSnapshot gauge(
      Metric metric, List<GpuStatus> gpus, ToLongFunction<GpuStatus> value) {
    GaugeSnapshot.Builder snapshot = gauge(metric);
    gpus.forEach(gpu -> snapshot.dataPoint(point(labels(gpu), value.applyAsLong(gpu))));
    return snapshot.build();
  }

  private static GaugeSnapshot reading(
      Metric metric, List<GpuStatus> gpus, Function<DeviceReadings, @Nullable Number> value) {
    GaugeSnapshot.Builder snapshot = gauge(metric);
    for (GpuStatus gpu : gpus) {
      DeviceReadings readings = gpu.readings();
      Number number = readings == null ? null : value.apply(readings);
      if (readings != null && number != null) {
        snapshot.dataPoint(point(Labels.of(UUID, readings.uuid()), number.doubleValue()));
      }
    }
    return snapshot.build();
  }

  private static GaugeSnapshot.Builder gauge(Metric metric) {
    return GaugeSnapshot.builder().name(metric.exposed()).help(metric.help());
  }

  private static GaugeDataPointSnapshot point(Labels labels, double value) {
    return GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
  }

  /** It counts up, see {@link InferenceCollector}. */
  private static UnknownSnapshot counter(
      Metric metric, List<GpuStatus> gpus, ToLongFunction<GpuStatus> value) {
    UnknownSnapshot.Builder snapshot = unknown(metric);
    gpus.forEach(gpu -> snapshot.dataPoint(count(labels(gpu), value.applyAsLong(gpu))));
    return snapshot.build();
  }

  private static UnknownSnapshot energy(List<GpuStatus> gpus) {
    UnknownSnapshot.Builder snapshot = unknown(Metric.GPU_ENERGY);
    for (GpuStatus gpu : gpus) {
      DeviceReadings readings = gpu.readings();
      if (readings != null && readings.energyJoules() != null) {
        snapshot.dataPoint(count(Labels.of(UUID, readings.uuid()), readings.energyJoules()));
      }
    }
    return snapshot.build();
  }

  private static UnknownSnapshot.Builder unknown(Metric metric) {
    return UnknownSnapshot.builder().name(metric.exposed()).help(metric.help());
  }

  private static UnknownDataPointSnapshot count(Labels labels, double value) {
    return UnknownDataPointSnapshot.builder().labels(labels).value(value).build();
  }

  /** By its number, and by its name where the driver says it. */
  private static Labels labels(GpuStatus gpu) {
    DeviceReadings readings = gpu.readings();
    Labels number = Labels.of("gpu", String.valueOf(gpu.ordinal()));
    return readings == null ? number : number.add(UUID, readings.uuid());
  }
}

package dev.verhulst.service.metrics;

import dev.verhulst.kernels.DeviceReadings;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Exposes how the GPU stands that the server computes on; nothing of what its driver does not say.
 */
public final class GpuCollector implements MultiCollector {

  private final Supplier<@Nullable DeviceReadings> gpu;

  /**
   * @param gpu asked at each scrape; null where there is no GPU, or nobody knows
   */
  public GpuCollector(Supplier<@Nullable DeviceReadings> gpu) {
    this.gpu = gpu;
  }

  @Override
  public MetricSnapshots collect() {
    List<MetricSnapshot> snapshots = new ArrayList<>();
    DeviceReadings readings = gpu.get();
    if (readings != null) {
      Labels labels = Labels.of("gpu_uuid", readings.uuid());
      gauge(snapshots, Metric.GPU_UTILIZATION, labels, readings.utilization());
      gauge(snapshots, Metric.GPU_MEMORY_TOTAL, labels, readings.memoryTotalBytes());
      gauge(snapshots, Metric.GPU_MEMORY_USED, labels, readings.memoryUsedBytes());
      gauge(snapshots, Metric.GPU_POWER_USAGE, labels, readings.powerWatts());
      gauge(snapshots, Metric.GPU_POWER_LIMIT, labels, readings.powerLimitWatts());
      energy(snapshots, labels, readings.energyJoules());
    }
    return new MetricSnapshots(snapshots);
  }

  private static void gauge(
      List<MetricSnapshot> snapshots, Metric metric, Labels labels, @Nullable Number value) {
    if (value != null) {
      snapshots.add(
          GaugeSnapshot.builder()
              .name(metric.exposed())
              .help(metric.help())
              .dataPoint(
                  GaugeDataPointSnapshot.builder()
                      .labels(labels)
                      .value(value.doubleValue())
                      .build())
              .build());
    }
  }

  /** It counts up, see {@link InferenceCollector}. */
  private static void energy(
      List<MetricSnapshot> snapshots, Labels labels, @Nullable Double joules) {
    if (joules != null) {
      snapshots.add(
          UnknownSnapshot.builder()
              .name(Metric.GPU_ENERGY.exposed())
              .help(Metric.GPU_ENERGY.help())
              .dataPoint(UnknownDataPointSnapshot.builder().labels(labels).value(joules).build())
              .build());
    }
  }
}

package dev.verhulst.service.metrics;

import dev.verhulst.service.inference.ModelVersion;
import dev.verhulst.service.inference.Rejection;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;

/**
 * Exposes {@link InferenceMetrics} to Prometheus.
 *
 * <p>What counts up goes out as of unknown type, which {@code rate()} and {@code increase()} treat
 * as they treat counters: the Prometheus library gives every metric of type counter the suffix
 * {@code _total}, which the names that dashboards know do not have.
 */
public final class InferenceCollector implements MultiCollector {

  private final InferenceMetrics metrics;
  private final ToIntFunction<ModelVersion> queueDepth;

  /**
   * @param queueDepth how many requests of a version of a model wait
   */
  public InferenceCollector(InferenceMetrics metrics, ToIntFunction<ModelVersion> queueDepth) {
    this.metrics = metrics;
    this.queueDepth = queueDepth;
  }

  @Override
  public MetricSnapshots collect() {
    List<MetricSnapshot> snapshots = new ArrayList<>();
    snapshots.add(unknown(Metric.REQUEST_SUCCESS, model -> model.requestLatency.count()));
    snapshots.add(failures());
    snapshots.add(counter(Metric.INFERENCE_COUNT, model -> model.inferences));
    snapshots.add(counter(Metric.EXECUTION_COUNT, model -> model.executions));
    snapshots.add(micros(Metric.REQUEST_MICROS, model -> model.requestLatency));
    snapshots.add(micros(Metric.QUEUE_MICROS, model -> model.queueLatency));
    snapshots.add(micros(Metric.COMPUTE_INPUT_MICROS, model -> model.computeInputLatency));
    snapshots.add(micros(Metric.COMPUTE_INFER_MICROS, model -> model.computeInferLatency));
    snapshots.add(micros(Metric.COMPUTE_OUTPUT_MICROS, model -> model.computeOutputLatency));
    snapshots.add(pending());
    snapshots.add(rejections());
    snapshots.add(refused());
    snapshots.add(histogram(Metric.REQUEST_DURATION, model -> model.requestLatency));
    snapshots.add(histogram(Metric.QUEUE_DURATION, model -> model.queueLatency));
    snapshots.add(phases());
    snapshots.add(histogram(Metric.EXECUTION_REQUESTS, model -> model.requestsPerExecution));
    snapshots.add(histogram(Metric.EXECUTION_BATCH_SIZE, model -> model.itemsPerExecution));
    return new MetricSnapshots(snapshots);
  }

  private UnknownSnapshot counter(Metric metric, Function<ModelMetrics, LongAdder> count) {
    return unknown(metric, model -> count.apply(model).sum());
  }

  private UnknownSnapshot micros(Metric metric, Function<ModelMetrics, Histogram> nanos) {
    return unknown(metric, model -> Math.floorDiv(nanos.apply(model).total(), 1_000));
  }

  private static UnknownSnapshot.Builder unknown(Metric metric) {
    return UnknownSnapshot.builder().name(metric.exposed()).help(metric.help());
  }

  private static HistogramSnapshot.Builder histogram(Metric metric) {
    return HistogramSnapshot.builder().name(metric.exposed()).help(metric.help());
  }

  private UnknownSnapshot unknown(Metric metric, ToDoubleFunction<ModelMetrics> value) {
    UnknownSnapshot.Builder snapshot = unknown(metric);
    metrics
        .models()
        .forEach(
            (model, counts) ->
                snapshot.dataPoint(
                    UnknownSnapshot.UnknownDataPointSnapshot.builder()
                        .labels(labels(model))
                        .value(value.applyAsDouble(counts))
                        .build()));
    return snapshot.build();
  }

  private UnknownSnapshot failures() {
    UnknownSnapshot.Builder snapshot = unknown(Metric.REQUEST_FAILURE);
    metrics
        .models()
        .forEach(
            (model, counts) -> {
              for (FailureReason reason : FailureReason.values()) {
                snapshot.dataPoint(
                    UnknownSnapshot.UnknownDataPointSnapshot.builder()
                        .labels(labels(model).add("reason", reason.name()))
                        .value(counts.failures(reason))
                        .build());
              }
            });
    return snapshot.build();
  }

  private GaugeSnapshot pending() {
    GaugeSnapshot.Builder snapshot =
        GaugeSnapshot.builder()
            .name(Metric.PENDING_REQUESTS.exposed())
            .help(Metric.PENDING_REQUESTS.help());
    for (ModelVersion model : metrics.models().keySet()) {
      snapshot.dataPoint(
          GaugeSnapshot.GaugeDataPointSnapshot.builder()
              .labels(labels(model))
              .value(queueDepth.applyAsInt(model))
              .build());
    }
    return snapshot.build();
  }

  private UnknownSnapshot rejections() {
    UnknownSnapshot.Builder snapshot = unknown(Metric.REJECTIONS);
    metrics
        .models()
        .forEach(
            (model, counts) -> {
              for (Rejection reason : Rejection.values()) {
                snapshot.dataPoint(
                    UnknownSnapshot.UnknownDataPointSnapshot.builder()
                        .labels(labels(model).add("reason", reason.name().toLowerCase(Locale.ROOT)))
                        .value(counts.rejections(reason))
                        .build());
              }
            });
    return snapshot.build();
  }

  private UnknownSnapshot refused() {
    UnknownSnapshot.Builder snapshot = unknown(Metric.REFUSED_REQUESTS);
    for (RefusedRequests.Protocol protocol : RefusedRequests.Protocol.values()) {
      metrics
          .refused()
          .byReason(protocol)
          .forEach(
              (reason, count) ->
                  snapshot.dataPoint(
                      UnknownSnapshot.UnknownDataPointSnapshot.builder()
                          .labels(
                              Labels.of(
                                  "protocol", RefusedRequests.label(protocol), "reason", reason))
                          .value(count.sum())
                          .build()));
    }
    return snapshot.build();
  }

  private HistogramSnapshot phases() {
    HistogramSnapshot.Builder snapshot = histogram(Metric.PHASE_DURATION);
    metrics
        .models()
        .forEach(
            (model, counts) -> {
              Labels labels = labels(model);
              snapshot.dataPoint(
                  point(labels.add("phase", "compute_input"), counts.computeInputLatency));
              snapshot.dataPoint(point(labels.add("phase", "queue"), counts.queueLatency));
              snapshot.dataPoint(
                  point(labels.add("phase", "compute_infer"), counts.computeInferLatency));
              snapshot.dataPoint(
                  point(labels.add("phase", "compute_output"), counts.computeOutputLatency));
            });
    return snapshot.build();
  }

  private HistogramSnapshot histogram(Metric metric, Function<ModelMetrics, Histogram> histogram) {
    HistogramSnapshot.Builder snapshot = histogram(metric);
    metrics
        .models()
        .forEach(
            (model, counts) -> snapshot.dataPoint(point(labels(model), histogram.apply(counts))));
    return snapshot.build();
  }

  private static HistogramSnapshot.HistogramDataPointSnapshot point(
      Labels labels, Histogram histogram) {
    return HistogramSnapshot.HistogramDataPointSnapshot.builder()
        .labels(labels)
        .classicHistogramBuckets(histogram.buckets())
        .sum(histogram.sum())
        .build();
  }

  private static Labels labels(ModelVersion model) {
    return Labels.of("model", model.model(), "version", model.version());
  }
}

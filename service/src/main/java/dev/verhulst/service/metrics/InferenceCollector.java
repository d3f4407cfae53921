package dev.verhulst.service.metrics;

import dev.verhulst.service.inference.ModelVersion;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;

/**
 * Exposes {@link InferenceMetrics} to Prometheus.
 *
 * <p>The {@code nv_inference_*} names are exactly those that dashboards of this protocol's servers
 * know. They count up, but the Prometheus library gives every metric of type counter the suffix
 * {@code _total}; so they go out as of unknown type, which {@code rate()} and {@code increase()}
 * treat alike.
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
    snapshots.add(
        counter(
            "nv_inference_request_success",
            "Number of successful inference requests, all batch sizes",
            model -> model.successes));
    snapshots.add(failures());
    snapshots.add(
        counter(
            "nv_inference_count",
            "Number of inferences performed (does not include cached requests)",
            model -> model.inferences));
    snapshots.add(
        counter(
            "nv_inference_exec_count",
            "Number of model executions performed (does not include cached requests)",
            model -> model.executions));
    snapshots.add(
        micros(
            "nv_inference_request_duration_us",
            "Cumulative inference request duration in microseconds (includes cached requests)",
            model -> model.requestNanos));
    snapshots.add(
        micros(
            "nv_inference_queue_duration_us",
            "Cumulative inference queuing duration in microseconds (includes cached requests)",
            model -> model.queueNanos));
    snapshots.add(
        micros(
            "nv_inference_compute_input_duration_us",
            "Cumulative compute input duration in microseconds (does not include cached requests)",
            model -> model.computeInputNanos));
    snapshots.add(
        micros(
            "nv_inference_compute_infer_duration_us",
            "Cumulative compute inference duration in microseconds (does not include cached"
                + " requests)",
            model -> model.computeInferNanos));
    snapshots.add(
        micros(
            "nv_inference_compute_output_duration_us",
            "Cumulative inference compute output duration in microseconds (does not include cached"
                + " requests)",
            model -> model.computeOutputNanos));
    snapshots.add(pending());
    snapshots.add(
        histogram(
            "verhulst_request_duration_seconds",
            "From a request's first byte to its answer's last, successful requests",
            model -> model.requestLatency));
    snapshots.add(
        histogram(
            "verhulst_queue_duration_seconds",
            "How long successful requests waited for the device",
            model -> model.queueLatency));
    snapshots.add(
        histogram(
            "verhulst_execution_requests",
            "How many requests shared an execution",
            model -> model.requestsPerExecution));
    return new MetricSnapshots(snapshots);
  }

  private UnknownSnapshot counter(
      String name, String help, Function<ModelMetrics, LongAdder> count) {
    return unknown(name, help, model -> count.apply(model).sum());
  }

  private UnknownSnapshot micros(
      String name, String help, Function<ModelMetrics, LongAdder> nanos) {
    return unknown(name, help, model -> Math.floorDiv(nanos.apply(model).sum(), 1_000));
  }

  private UnknownSnapshot unknown(String name, String help, ToDoubleFunction<ModelMetrics> value) {
    UnknownSnapshot.Builder snapshot = UnknownSnapshot.builder().name(name).help(help);
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
    UnknownSnapshot.Builder snapshot =
        UnknownSnapshot.builder()
            .name("nv_inference_request_failure")
            .help("Number of failed inference requests, all batch sizes");
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
            .name("nv_inference_pending_request_count")
            .help("Instantaneous number of pending requests awaiting execution per-model");
    for (ModelVersion model : metrics.models().keySet()) {
      snapshot.dataPoint(
          GaugeSnapshot.GaugeDataPointSnapshot.builder()
              .labels(labels(model))
              .value(queueDepth.applyAsInt(model))
              .build());
    }
    return snapshot.build();
  }

  private HistogramSnapshot histogram(
      String name, String help, Function<ModelMetrics, Histogram> histogram) {
    HistogramSnapshot.Builder snapshot = HistogramSnapshot.builder().name(name).help(help);
    metrics
        .models()
        .forEach(
            (model, counts) ->
                snapshot.dataPoint(
                    HistogramSnapshot.HistogramDataPointSnapshot.builder()
                        .labels(labels(model))
                        .classicHistogramBuckets(histogram.apply(counts).buckets())
                        .sum(histogram.apply(counts).sum())
                        .build()));
    return snapshot.build();
  }

  private static Labels labels(ModelVersion model) {
    return Labels.of("model", model.model(), "version", model.version());
  }
}

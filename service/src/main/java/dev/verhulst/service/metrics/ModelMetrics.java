package dev.verhulst.service.metrics;

import dev.verhulst.service.batching.BatchTimings;
import dev.verhulst.service.batching.ExecutionListener;
import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.inference.Rejection;
import dev.verhulst.service.metrics.ModelStatistics.Total;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * What one model has done so far. A request is counted once: by {@link #success} or by {@link
 * #failure}. Neither allocates. Thread-safe.
 */
public final class ModelMetrics implements ExecutionListener {

  private static final long MICROSECOND = 1_000;
  private static final long MILLISECOND = 1_000_000;
  private static final long[] LATENCY_BOUNDS = {
    50 * MICROSECOND,
    100 * MICROSECOND,
    250 * MICROSECOND,
    500 * MICROSECOND,
    MILLISECOND,
    2_500 * MICROSECOND,
    5 * MILLISECOND,
    10 * MILLISECOND,
    25 * MILLISECOND,
    50 * MILLISECOND,
    100 * MILLISECOND,
    250 * MILLISECOND,
    500 * MILLISECOND,
    1_000 * MILLISECOND,
    2_500 * MILLISECOND,
    5_000 * MILLISECOND,
    10_000 * MILLISECOND
  };
  private static final long[] REQUESTS_BOUNDS = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};
  private static final long[] ITEMS_BOUNDS = {
    1, 2, 4, 8, 16, 32, 64, 128, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576
  };

  private final LongSupplier nanoTime;
  private final LongSupplier currentTimeMillis;

  final LongAdder inferences = new LongAdder();
  final LongAdder executions = new LongAdder();
  final Histogram requestLatency = new Histogram(1e-9, LATENCY_BOUNDS);
  final Histogram queueLatency = new Histogram(1e-9, LATENCY_BOUNDS);
  final Histogram computeInputLatency = new Histogram(1e-9, LATENCY_BOUNDS);
  final Histogram computeInferLatency = new Histogram(1e-9, LATENCY_BOUNDS);
  final Histogram computeOutputLatency = new Histogram(1e-9, LATENCY_BOUNDS);
  final Histogram requestsPerExecution = new Histogram(1, REQUESTS_BOUNDS);
  final Histogram itemsPerExecution = new Histogram(1, ITEMS_BOUNDS);
  private final LongAdder[] failures = new LongAdder[FailureReason.values().length];
  private final LongAdder[] rejections = new LongAdder[Rejection.values().length];
  private final LongAdder failureNanos = new LongAdder();
  private final BatchStatistics batches = new BatchStatistics();
  private volatile long lastInference;

  ModelMetrics(LongSupplier nanoTime, LongSupplier currentTimeMillis) {
    this.nanoTime = nanoTime;
    this.currentTimeMillis = currentTimeMillis;
    Arrays.setAll(failures, reason -> new LongAdder());
    Arrays.setAll(rejections, reason -> new LongAdder());
  }

  /**
   * Counts a request whose answer is written.
   *
   * @param timings what the batcher returned for it
   * @param batchSize how many batch items the request held
   * @param received when its first byte was seen, by {@link System#nanoTime()}
   * @param computeInputNanos how long its tensors took to read, parse and validate
   * @param computeOutputNanos how long its answer took to write
   */
  public void success(
      BatchTimings timings,
      long batchSize,
      long received,
      long computeInputNanos,
      long computeOutputNanos) {
    long queue = timings.started() - timings.queued();
    long infer = timings.finished() - timings.started();
    long request = nanoTime.getAsLong() - received;
    inferences.add(batchSize);
    requestLatency.record(request);
    queueLatency.record(queue);
    computeInputLatency.record(computeInputNanos);
    computeInferLatency.record(infer);
    computeOutputLatency.record(computeOutputNanos);
    batches.answered(timings.executionBatchSize(), computeInputNanos, computeOutputNanos);
    lastInference = currentTimeMillis.getAsLong();
  }

  /** Counts a batch that the device has computed. The batcher calls it. */
  @Override
  public void executed(int requests, long batchSize, long nanos) {
    executions.increment();
    batches.executed(batchSize, nanos);
    requestsPerExecution.record(requests);
    itemsPerExecution.record(batchSize);
  }

  /**
   * Counts a request that got that error for its answer.
   *
   * @param received when its first byte was seen, by {@link System#nanoTime()}
   */
  public void failure(InferenceException error, long received) {
    if (error.rejection() != null) {
      rejections[error.rejection().ordinal()].increment();
    }
    failure(error.kind(), received);
  }

  /**
   * Counts a request that got an error for its answer, or whose caller left.
   *
   * @param received when its first byte was seen, by {@link System#nanoTime()}
   */
  public void failure(ErrorKind kind, long received) {
    failures[FailureReason.of(kind).ordinal()].increment();
    failureNanos.add(nanoTime.getAsLong() - received);
  }

  /** What the model has done up to now. */
  public ModelStatistics statistics() {
    long succeeded = requestLatency.count();
    long failed = Arrays.stream(failures).mapToLong(LongAdder::sum).sum();
    return new ModelStatistics(
        lastInference,
        inferences.sum(),
        executions.sum(),
        new Total(succeeded, requestLatency.total()),
        new Total(failed, failureNanos.sum()),
        new Total(succeeded, queueLatency.total()),
        new Total(succeeded, computeInputLatency.total()),
        new Total(succeeded, computeInferLatency.total()),
        new Total(succeeded, computeOutputLatency.total()),
        batches.snapshot());
  }

  long rejections(Rejection reason) {
    return rejections[reason.ordinal()].sum();
  }

  long failures(FailureReason reason) {
    return failures[reason.ordinal()].sum();
  }
}

package dev.verhulst.service.batching;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The settings of batching, of the server ({@code verhulst.batching}) or of one model ({@code
 * verhulst.models.NAME.batching}). What is not set is null, and falls back from the model to the
 * server to {@link #defaults}.
 *
 * @param maxBatchSize how many batch items (first dimension) an execution, and so a request, may
 *     hold (default: unlimited)
 * @param maxBatchElements from how many elements on an execution takes no further request (default:
 *     1048576)
 * @param maxQueueSize how many requests of a model may wait; one more gets 503 (default: 1024)
 * @param maxQueueDelayMicroseconds how long a request may be held back for company (default: 0)
 * @param preferredBatchSizes batch sizes that leave before the delay has passed
 * @param defaultPriority the priority of a request that names none; 1 is served first (default: 2)
 * @param defaultTimeout how long a request that names no {@code timeout} may wait in the queue
 *     (default: 30s)
 * @param concurrency how many executions of a model may be on the device at once; a GPU copies and
 *     computes at the same time (default: one per core, one of a head with 256 KiB of weights or
 *     more; four on each GPU)
 */
@ConfigurationProperties("verhulst.batching")
public record BatchingProperties(
    @Nullable Long maxBatchSize,
    @Nullable Long maxBatchElements,
    @Nullable Integer maxQueueSize,
    @Nullable Long maxQueueDelayMicroseconds,
    @Nullable List<Long> preferredBatchSizes,
    @Nullable Integer defaultPriority,
    @Nullable Duration defaultTimeout,
    @Nullable Integer concurrency) {

  /** As many as nanoseconds can say, which is 292 years. */
  private static final long MOST_MICROSECONDS = Long.MAX_VALUE / 1_000;

  /**
   * What holds where nothing is set.
   *
   * @param concurrency how many executions the device takes at once
   */
  static BatchingPolicy defaults(int concurrency) {
    return new BatchingPolicy(
        Long.MAX_VALUE,
        1L << 20,
        1024,
        Duration.ZERO,
        List.of(),
        2,
        Duration.ofSeconds(30),
        concurrency);
  }

  public BatchingProperties {
    requireAtLeast(1, maxBatchSize, "max-batch-size");
    requireAtLeast(1, maxBatchElements, "max-batch-elements");
    requireAtLeast(1, maxQueueSize, "max-queue-size");
    requireAtLeast(0, maxQueueDelayMicroseconds, "max-queue-delay-microseconds");
    if (maxQueueDelayMicroseconds != null && maxQueueDelayMicroseconds > MOST_MICROSECONDS) {
      throw new IllegalArgumentException(
          "max-queue-delay-microseconds must be at most %d, got %d"
              .formatted(MOST_MICROSECONDS, maxQueueDelayMicroseconds));
    }
    requireAtLeast(1, defaultPriority, "default-priority");
    requireAtLeast(1, concurrency, "concurrency");
    if (defaultTimeout != null && !defaultTimeout.isPositive()) {
      throw new IllegalArgumentException("default-timeout must be positive, got " + defaultTimeout);
    }
    if (preferredBatchSizes != null) {
      preferredBatchSizes = preferredBatchSizes.stream().sorted().toList();
      for (long size : preferredBatchSizes) {
        requireAtLeast(1, size, "preferred-batch-sizes");
        if (maxBatchSize != null && size > maxBatchSize) {
          throw new IllegalArgumentException(
              "preferred-batch-sizes must not exceed max-batch-size ("
                  + maxBatchSize
                  + "), got "
                  + size);
        }
      }
    }
  }

  /**
   * The policy that these settings ask for.
   *
   * @param fallback what holds where nothing is set
   */
  BatchingPolicy policy(BatchingPolicy fallback) {
    return new BatchingPolicy(
        or(maxBatchSize, fallback.maxBatchSize()),
        or(maxBatchElements, fallback.maxBatchElements()),
        or(maxQueueSize, fallback.maxQueueSize()),
        maxQueueDelayMicroseconds == null
            ? fallback.maxQueueDelay()
            : Duration.of(maxQueueDelayMicroseconds, ChronoUnit.MICROS),
        or(preferredBatchSizes, fallback.preferredBatchSizes()),
        or(defaultPriority, fallback.defaultPriority()),
        or(defaultTimeout, fallback.defaultTimeout()),
        or(concurrency, fallback.concurrency()));
  }

  private static <T> T or(@Nullable T value, T fallback) {
    return Objects.requireNonNullElse(value, fallback);
  }

  private static void requireAtLeast(long least, @Nullable Number value, String name) {
    if (value != null && value.longValue() < least) {
      throw new IllegalArgumentException(name + " must be at least " + least + ", got " + value);
    }
  }
}

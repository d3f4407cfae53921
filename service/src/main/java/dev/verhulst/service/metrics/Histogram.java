package dev.verhulst.service.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts of values by fixed upper bounds, which add up over servers. Recording costs two additions
 * and allocates nothing. Thread-safe.
 */
final class Histogram {

  private final long[] upperBounds;
  private final double unit;
  private final LongAdder[] counts;
  private final LongAdder sum = new LongAdder();

  /**
   * @param unit what one of the recorded values is, in the exposed unit: 1e-9 for nanoseconds
   *     exposed as seconds
   * @param upperBounds the buckets' inclusive upper bounds, ascending; a last one without bound is
   *     added
   */
  Histogram(double unit, long... upperBounds) {
    this.upperBounds = upperBounds.clone();
    this.unit = unit;
    this.counts = new LongAdder[upperBounds.length + 1];
    Arrays.setAll(counts, bucket -> new LongAdder());
  }

  void record(long value) {
    int found = Arrays.binarySearch(upperBounds, value);
    counts[found >= 0 ? found : -found - 1].increment();
    sum.add(value);
  }

  /** How many values were recorded. */
  long count() {
    long count = 0;
    for (LongAdder bucket : counts) {
      count += bucket.sum();
    }
    return count;
  }

  /** The sum of the values, as they were recorded. */
  long total() {
    return sum.sum();
  }

  /** The sum of the values in the exposed unit. */
  double sum() {
    return total() * unit;
  }

  /** The buckets as the exposition wants them: not cumulative, the last one without bound. */
  ClassicHistogramBuckets buckets() {
    ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
    for (int i = 0; i < upperBounds.length; i++) {
      buckets.bucket(upperBounds[i] * unit, counts[i].sum());
    }
    return buckets.bucket(Double.POSITIVE_INFINITY, counts[upperBounds.length].sum()).build();
  }
}

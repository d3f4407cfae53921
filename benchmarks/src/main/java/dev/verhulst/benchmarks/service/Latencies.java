package dev.verhulst.benchmarks.service;

import java.util.Arrays;

/** The times of requests, in nanoseconds, exact and without a bound on their number. */
public final class Latencies {

  private long[] nanoseconds = new long[1 << 16];
  private int count;

  public void add(long value) {
    if (count == nanoseconds.length) {
      nanoseconds = Arrays.copyOf(nanoseconds, 2 * count);
    }
    nanoseconds[count++] = value;
  }

  public void addAll(Latencies others) {
    for (int i = 0; i < others.count; i++) {
      add(others.nanoseconds[i]);
    }
  }

  public int count() {
    return count;
  }

  /**
   * The smallest time that at least this share of the requests kept to (the nearest rank).
   *
   * @param share above 0, up to 1: 0.5 for the median
   * @throws IllegalStateException where there were no requests
   */
  public long percentile(double share) {
    if (count == 0) {
      throw new IllegalStateException("no request was completed");
    }
    Arrays.sort(nanoseconds, 0, count);
    return nanoseconds[Math.max(0, (int) Math.ceil(share * count) - 1)];
  }
}

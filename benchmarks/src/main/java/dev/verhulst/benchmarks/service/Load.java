package dev.verhulst.benchmarks.service;

/**
 * What a {@link LoadGenerator} has seen.
 *
 * @param latencies the time of every request
 * @param nanoseconds from the first request's start to the last answer's end
 */
public record Load(Latencies latencies, long nanoseconds) {

  public double requestsPerSecond() {
    return latencies.count() * 1e9 / nanoseconds;
  }
}

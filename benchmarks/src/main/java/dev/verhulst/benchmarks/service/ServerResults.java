package dev.verhulst.benchmarks.service;

import java.util.ArrayList;
import java.util.List;

/** What one server did under one load, turn by turn. */
final class ServerResults {

  private final List<Double> requestsPerSecond = new ArrayList<>();
  private final Latencies latencies = new Latencies();
  private long allocatedBytes;

  /**
   * Adds a turn.
   *
   * @param allocated what the server allocated on its heap meanwhile
   */
  void add(Load load, long allocated) {
    requestsPerSecond.add(load.requestsPerSecond());
    latencies.addAll(load.latencies());
    allocatedBytes += allocated;
  }

  List<Double> requestsPerSecond() {
    return requestsPerSecond;
  }

  /** The time that a share of all requests kept to, in microseconds. */
  double percentileMicroseconds(double share) {
    return latencies.percentile(share) / 1e3;
  }

  /** What the server allocated on its heap for a request, in bytes. */
  double allocatedBytesPerRequest() {
    return (double) allocatedBytes / latencies.count();
  }
}

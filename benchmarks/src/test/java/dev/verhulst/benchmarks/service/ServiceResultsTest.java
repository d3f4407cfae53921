package dev.verhulst.benchmarks.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.benchmarks.service.ServicePlan.Row;
import org.junit.jupiter.api.Test;

class ServiceResultsTest {

  private final ServiceResults results = new ServiceResults();

  @Test
  void aRowTellsRatesRatioLatenciesAndGarbage() {
    results.add(new Row(65536, 16), server(2000, 800, 1000, 900), server(500, 1000, 1000, 1000));

    assertThat(results.table())
        .contains("| 64 KiB | 16          | 900                 | 1,000     | 0.90  | 2,000")
        .contains("2,000 ");
    assertThat(results.verdict()).isEqualTo("Every load measured reaches its goal.\n");
  }

  @Test
  void aSlowLoadAndItsGarbageAreMisses() {
    results.add(new Row(1 << 20, 4), server(50_000, 88), server(0, 100));

    assertThat(results.verdict())
        .isEqualTo(
            """
            Missed:
            - 1048576 bytes, 4 connection(s): 0.88 of the raw server's rate, goal 0.90
            - 1048576 bytes, 4 connection(s): 50000 bytes of garbage, goal 10000
            """);
  }

  /** A server whose requests took 2 ms, with these rates in its turns. */
  private static ServerResults server(long garbage, int... requestsPerSecond) {
    ServerResults server = new ServerResults();
    for (int rate : requestsPerSecond) {
      Latencies latencies = new Latencies();
      for (int i = 0; i < rate; i++) {
        latencies.add(2_000_000);
      }
      server.add(new Load(latencies, 1_000_000_000), garbage * rate);
    }
    return server;
  }
}

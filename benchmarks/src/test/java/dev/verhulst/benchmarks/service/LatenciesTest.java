package dev.verhulst.benchmarks.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LatenciesTest {

  @Test
  void aPercentileIsTheNearestRank() {
    Latencies latencies = new Latencies();
    for (int value = 200; value >= 1; value--) {
      latencies.add(value);
    }

    assertThat(latencies.percentile(0.5)).isEqualTo(100);
    assertThat(latencies.percentile(0.99)).isEqualTo(198);
    assertThat(latencies.percentile(1)).isEqualTo(200);
    assertThat(latencies.percentile(1e-9)).isEqualTo(1);
  }

  @Test
  void oneRequestIsEveryPercentile() {
    Latencies latencies = new Latencies();
    latencies.add(42);

    assertThat(latencies.percentile(0.01)).isEqualTo(42);
    assertThat(latencies.percentile(0.99)).isEqualTo(42);
  }

  @Test
  void thereIsRoomForMoreThanItStartsWith() {
    Latencies latencies = new Latencies();
    for (int value = 1; value <= 200_000; value++) {
      latencies.add(value);
    }
    Latencies both = new Latencies();
    both.add(1);
    both.addAll(latencies);

    assertThat(both.count()).isEqualTo(200_001);
    assertThat(both.percentile(0.75)).isEqualTo(150_000);
  }

  @Test
  void withoutRequestsThereIsNoPercentile() {
    assertThatThrownBy(() -> new Latencies().percentile(0.5))
        .hasMessage("no request was completed");
  }
}

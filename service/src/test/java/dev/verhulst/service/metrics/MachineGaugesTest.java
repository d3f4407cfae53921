package dev.verhulst.service.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineGaugesTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void readsWhatLinuxSays(@TempDir Path proc) throws IOException {
    Files.writeString(proc.resolve("stat"), "cpu  100 0 100 700 100 0 0 0 0 0\ncpu0 1 2 3\n");
    Files.writeString(
        proc.resolve("meminfo"),
        "MemTotal:        1000 kB\nMemFree: 1 kB\nMemAvailable:  600 kB\n");
    new MachineGauges(proc).bindTo(registry);
    // 400 of 1000 ticks at work.
    Files.writeString(proc.resolve("stat"), "cpu  300 50 200 1200 200 0 0 50 0 0\n");

    assertThat(value(Metric.CPU_UTILIZATION)).isCloseTo(0.4, within(1e-9));
    assertThat(value(Metric.CPU_MEMORY_TOTAL)).isEqualTo(1_024_000);
    assertThat(value(Metric.CPU_MEMORY_USED)).isEqualTo(409_600);
  }

  @Test
  void saysNothingWhereNobodyKnows(@TempDir Path empty) {
    new MachineGauges(empty).bindTo(registry);
    assertThat(registry.getMeters()).isEmpty();
  }

  private double value(Metric metric) {
    return registry.get(metric.exposed()).gauge().value();
  }
}

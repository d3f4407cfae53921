package dev.verhulst.service.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class JobsPropertiesTest {

  @Test
  void hasDefaults() {
    JobsProperties defaults = bind(Map.of());
    assertThat(defaults).isEqualTo(new JobsProperties(false, null, null, null, null, 8, 100));
    assertThat(defaults.memoryBudgetBytes()).isEqualTo(Runtime.getRuntime().maxMemory() / 2);
    assertThat(defaults.tensorBudgetBytes(1 << 20)).isEqualTo(1 << 19);
    assertThat(defaults.threadCount()).isBetween(1, Runtime.getRuntime().availableProcessors());
  }

  @Test
  void isReadByName() {
    JobsProperties all =
        bind(
            Map.of(
                "verhulst.jobs.enabled", "true",
                "verhulst.jobs.data-directory", "/data",
                "verhulst.jobs.memory-budget", "3GB",
                "verhulst.jobs.tensor-budget", "64MB",
                "verhulst.jobs.threads", "5",
                "verhulst.jobs.max-queue-size", "0",
                "verhulst.jobs.history", "7"));
    assertThat(all)
        .isEqualTo(
            new JobsProperties(
                true,
                Path.of("/data"),
                DataSize.ofGigabytes(3),
                DataSize.ofMegabytes(64),
                5,
                0,
                7));
    assertThat(all.tensorBudgetBytes(1 << 20)).isEqualTo(64 << 20);
    assertThat(all.memoryBudgetBytes()).isEqualTo(3L << 30);
    assertThat(all.threadCount()).isEqualTo(5);
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    assertRefused("verhulst.jobs.memory-budget", "0", "memory-budget must be positive, got 0B");
    assertRefused("verhulst.jobs.tensor-budget", "0", "tensor-budget must be positive, got 0B");
    assertRefused("verhulst.jobs.threads", "0", "threads must be at least 1, got 0");
    assertRefused("verhulst.jobs.max-queue-size", "-1", "max-queue-size must not be negative");
    assertRefused("verhulst.jobs.history", "0", "history must be at least 1, got 0");
  }

  private static void assertRefused(String name, String value, String reason) {
    assertThatThrownBy(() -> bind(Map.of(name, value)))
        .isInstanceOf(BindException.class)
        .rootCause()
        .hasMessageStartingWith(reason);
  }

  private static JobsProperties bind(Map<String, String> values) {
    return new Binder(new MapConfigurationPropertySource(values))
        .bindOrCreate("verhulst.jobs", JobsProperties.class);
  }
}

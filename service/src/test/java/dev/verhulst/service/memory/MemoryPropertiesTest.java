package dev.verhulst.service.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class MemoryPropertiesTest {

  @Test
  void hasDefaults() {
    assertThat(bind(Map.of()))
        .isEqualTo(new MemoryProperties(null, Duration.ofSeconds(10), Duration.ofMinutes(1)));
  }

  @Test
  void isReadByName() {
    assertThat(
            bind(
                Map.of(
                    "verhulst.memory.budget", "3GB",
                    "verhulst.memory.wait-timeout", "500ms",
                    "verhulst.memory.idle-retention", "5s")))
        .isEqualTo(
            new MemoryProperties(
                DataSize.ofGigabytes(3), Duration.ofMillis(500), Duration.ofSeconds(5)));
  }

  @Test
  void theBudgetIsAQuarterOfTheMachineWhereItIsNotSet() {
    assertThat(bind(Map.of()).budgetBytes(8L << 30)).isEqualTo(2L << 30);
    assertThat(bind(Map.of("verhulst.memory.budget", "5MB")).budgetBytes(8L << 30))
        .isEqualTo(5L << 20);
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    assertRefused("verhulst.memory.budget", "0", "budget must be at least 1MB, got 0B");
    assertRefused("verhulst.memory.wait-timeout", "-1s", "wait-timeout must not be negative");
    assertRefused("verhulst.memory.idle-retention", "0s", "idle-retention must be positive");
  }

  private static void assertRefused(String name, String value, String reason) {
    assertThatThrownBy(() -> bind(Map.of(name, value)))
        .isInstanceOf(BindException.class)
        .rootCause()
        .hasMessageStartingWith(reason);
  }

  private static MemoryProperties bind(Map<String, String> values) {
    return new Binder(new MapConfigurationPropertySource(values))
        .bindOrCreate("verhulst.memory", MemoryProperties.class);
  }
}

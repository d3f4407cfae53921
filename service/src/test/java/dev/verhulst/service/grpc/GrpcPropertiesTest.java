package dev.verhulst.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class GrpcPropertiesTest {

  @Test
  void defaults() {
    GrpcProperties properties = bind(Map.of());
    assertThat(properties)
        .isEqualTo(
            new GrpcProperties(
                DataSize.ofGigabytes(2), DataSize.ofKilobytes(16), Duration.ofMinutes(1), 1024));
    assertThat(properties.maxMessageBytes()).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void names() {
    assertThat(
            bind(
                Map.of(
                    "verhulst.grpc.max-message-size", "8MB",
                    "verhulst.grpc.min-message-rate", "1KB",
                    "verhulst.grpc.message-grace", "5s",
                    "verhulst.grpc.max-concurrent-calls", "3")))
        .isEqualTo(
            properties(DataSize.ofMegabytes(8), DataSize.ofKilobytes(1), Duration.ofSeconds(5), 3));
  }

  @Test
  void limitsThatLetNothingThroughAreRefused() {
    DataSize one = DataSize.ofBytes(1);
    assertThatThrownBy(() -> properties(DataSize.ofBytes(0), one, Duration.ZERO, 1))
        .hasMessage("verhulst.grpc.max-message-size must be positive, got 0B");
    assertThatThrownBy(() -> properties(one, DataSize.ofBytes(-1), Duration.ZERO, 1))
        .hasMessage("verhulst.grpc.min-message-rate must not be negative, got -1B");
    assertThatThrownBy(() -> properties(one, one, Duration.ofSeconds(-1), 1))
        .hasMessage("verhulst.grpc.message-grace must not be negative, got PT-1S");
    assertThatThrownBy(() -> properties(one, one, Duration.ZERO, 0))
        .hasMessage("verhulst.grpc.max-concurrent-calls must be positive, got 0");
  }

  @Test
  void aMessageIsTooSlowWhereItsRateIsTooLowOnceItsGraceIsOver() {
    DataSize rate = DataSize.ofBytes(100);
    GrpcProperties properties = properties(rate, rate, Duration.ofSeconds(2), 1);
    assertThat(properties.isTooSlow(1, 2_000_000_000L)).isFalse();
    assertThat(properties.isTooSlow(99, 3_000_000_000L)).isTrue();
    assertThat(properties.isTooSlow(101, 3_000_000_000L)).isFalse();
    assertThat(properties.isTooSlow(0, Long.MAX_VALUE)).as("nothing is on its way").isFalse();
    GrpcProperties any = properties(rate, DataSize.ofBytes(0), Duration.ZERO, 1);
    assertThat(any.isTooSlow(1, Long.MAX_VALUE)).isFalse();
  }

  private static GrpcProperties properties(
      DataSize largest, DataSize rate, Duration grace, int mostCalls) {
    return new GrpcProperties(largest, rate, grace, mostCalls);
  }

  private static GrpcProperties bind(Map<String, String> settings) {
    return new Binder(new MapConfigurationPropertySource(settings))
        .bindOrCreate("verhulst.grpc", GrpcProperties.class);
  }
}

package dev.verhulst.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class GrpcPropertiesTest {

  @Test
  void defaults() {
    GrpcProperties properties = bind(Map.of());
    assertThat(properties).isEqualTo(new GrpcProperties(DataSize.ofGigabytes(2), 1024));
    assertThat(properties.maxMessageBytes()).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void names() {
    assertThat(
            bind(
                Map.of(
                    "verhulst.grpc.max-message-size", "8MB",
                    "verhulst.grpc.max-concurrent-calls", "3")))
        .isEqualTo(new GrpcProperties(DataSize.ofMegabytes(8), 3));
  }

  @Test
  void limitsThatLetNothingThroughAreRefused() {
    assertThatThrownBy(() -> new GrpcProperties(DataSize.ofBytes(0), 1))
        .hasMessage("verhulst.grpc.max-message-size must be positive, got 0B");
    assertThatThrownBy(() -> new GrpcProperties(DataSize.ofBytes(1), 0))
        .hasMessage("verhulst.grpc.max-concurrent-calls must be positive, got 0");
  }

  private static GrpcProperties bind(Map<String, String> settings) {
    return new Binder(new MapConfigurationPropertySource(settings))
        .bindOrCreate("verhulst.grpc", GrpcProperties.class);
  }
}

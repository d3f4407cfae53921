package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

class HttpPropertiesTest {

  @Test
  void hasDefaults() {
    assertThat(bind(Map.of()))
        .isEqualTo(
            new HttpProperties(
                DataSize.ofGigabytes(2),
                Duration.ofSeconds(30),
                DataSize.ofKilobytes(16),
                Duration.ofSeconds(60),
                1));
  }

  @Test
  void isSetByName() {
    assertThat(
            bind(
                Map.of(
                    "verhulst.http.max-body-size", "10MB",
                    "verhulst.http.lingering-close", "5s",
                    "verhulst.http.min-body-rate", "0B",
                    "verhulst.http.body-grace", "1s",
                    "verhulst.http.compression-level", "9")))
        .isEqualTo(
            new HttpProperties(
                DataSize.ofMegabytes(10),
                Duration.ofSeconds(5),
                DataSize.ofBytes(0),
                Duration.ofSeconds(1),
                9));
  }

  @Test
  void refusesWhatCannotWork() {
    assertThatThrownBy(() -> bind(Map.of("verhulst.http.max-body-size", "0")))
        .hasStackTraceContaining("verhulst.http.max-body-size must be positive, got 0B");
    assertThatThrownBy(() -> bind(Map.of("verhulst.http.lingering-close", "-1s")))
        .hasStackTraceContaining("verhulst.http.lingering-close must not be negative, got PT-1S");
    assertThatThrownBy(() -> bind(Map.of("verhulst.http.compression-level", "10")))
        .hasStackTraceContaining(
            "verhulst.http.compression-level must be from 0 (off) to 9, got 10");
  }

  private static HttpProperties bind(Map<String, String> properties) {
    return new Binder(new MapConfigurationPropertySource(properties))
        .bindOrCreate("verhulst.http", HttpProperties.class);
  }
}

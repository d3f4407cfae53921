package dev.verhulst.client.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetryAfterTest {

  private static final Instant NOW = Instant.parse("2026-11-23T18:00:00Z");

  private static Optional<Duration> parse(String value) {
    return RetryAfter.parse(
        HttpHeaders.of(Map.of("retry-after", List.of(value)), (name, any) -> true), NOW);
  }

  @Test
  void seconds() {
    assertThat(parse("0")).hasValue(Duration.ZERO);
    assertThat(parse(" 7 ")).hasValue(Duration.ofSeconds(7));
    assertThat(parse("99999999999999999999")).hasValue(Duration.ofDays(365));
  }

  @Test
  void aDate() {
    assertThat(parse("Mon, 23 Nov 2026 18:00:30 GMT")).hasValue(Duration.ofSeconds(30));
    assertThat(parse("Mon, 23 Nov 2026 17:00:00 GMT")).as("past").hasValue(Duration.ZERO);
  }

  @Test
  void nothingValid() {
    for (String value : List.of("", "-1", "1.5", "soon", "2026-11-23")) {
      assertThat(parse(value)).as(value).isEmpty();
    }
  }
}

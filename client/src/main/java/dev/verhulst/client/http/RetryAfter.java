package dev.verhulst.client.http;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** The Retry-After header: seconds, or an HTTP date (RFC 9110, section 10.2.3). */
final class RetryAfter {

  /** More seconds than this are as good as never, and would overflow a duration in nanoseconds. */
  private static final long LONGEST_SECONDS = Duration.ofDays(365).toSeconds();

  private RetryAfter() {}

  /** How long the server asks to wait, from {@code now} on; empty where it says nothing valid. */
  static Optional<Duration> parse(HttpHeaders headers, Instant now) {
    return headers.firstValue("Retry-After").map(String::strip).flatMap(value -> parse(value, now));
  }

  private static Optional<Duration> parse(String value, Instant now) {
    if (!value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      long seconds = value.length() > 9 ? LONGEST_SECONDS : Long.parseLong(value);
      return Optional.of(Duration.ofSeconds(Math.min(seconds, LONGEST_SECONDS)));
    }
    try {
      Instant until = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(now, until);
      return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}

package dev.verhulst.client.transport;

import dev.verhulst.client.error.TransportFailure;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * When a failed attempt is made again: on refused connections and the statuses 502, 503 and 504,
 * which all say that the request may well succeed later. Nothing else is retried.
 *
 * <p>The n-th wait, from 0, is drawn evenly from the upper half of {@code initialDelay · 2ⁿ},
 * capped at {@code maximumDelay}. A Retry-After of the server counts instead, where it is longer.
 *
 * @param maximumRetries how many attempts may follow the first
 * @param initialDelay the longest first wait
 * @param maximumDelay the longest wait
 * @param maximumRetryAfter up to where a Retry-After is waited for; what is longer ends the call
 */
public record RetryPolicy(
    int maximumRetries, Duration initialDelay, Duration maximumDelay, Duration maximumRetryAfter) {

  /** Doublings beyond this have long met the cap, and would overflow. */
  private static final int MAXIMUM_DOUBLINGS = 30;

  private static final Duration LONGEST = Duration.ofDays(1);

  public RetryPolicy {
    if (maximumRetries < 0) {
      throw new IllegalArgumentException("maximumRetries must be 0 or more, got " + maximumRetries);
    }
    requirePositive("initialDelay", initialDelay);
    requirePositive("maximumDelay", maximumDelay);
    requirePositive("maximumRetryAfter", maximumRetryAfter);
  }

  /** Three retries after up to 0.1, 0.2 and 0.4 s, or after a Retry-After of up to 60 s. */
  public static RetryPolicy standard() {
    return new RetryPolicy(
        3, Duration.ofMillis(100), Duration.ofSeconds(5), Duration.ofSeconds(60));
  }

  /** One attempt and no more. */
  public static RetryPolicy none() {
    return new RetryPolicy(
        0, Duration.ofMillis(100), Duration.ofSeconds(5), Duration.ofSeconds(60));
  }

  /** Whether a failed attempt is worth another: a refused connection, or 502, 503, 504. */
  public static boolean isRetryable(TransportFailure failure) {
    OptionalInt status = failure.call().status();
    if (status.isEmpty()) {
      return failure.refused();
    }
    return switch (status.getAsInt()) {
      case 502, 503, 504 -> true;
      default -> false;
    };
  }

  /** How long to wait after the attempt of that number, from 0. */
  public Duration backoff(int attempt, RandomGenerator random) {
    double doubled = initialDelay.toNanos() * (double) (1L << Math.min(attempt, MAXIMUM_DOUBLINGS));
    double longest = Math.min(doubled, maximumDelay.toNanos());
    return Duration.ofNanos((long) (longest * (1 - random.nextDouble() / 2)));
  }

  private static void requirePositive(String name, Duration duration) {
    if (duration.isNegative() || duration.isZero() || duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          name + " must be positive and at most " + LONGEST + ", got " + duration);
    }
  }
}

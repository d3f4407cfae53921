package dev.verhulst.client.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.verhulst.client.error.FailedCall;
import dev.verhulst.client.error.TransportFailure;
import java.net.URI;
import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final RetryPolicy policy =
      new RetryPolicy(3, Duration.ofMillis(100), Duration.ofMillis(1500), SECOND);

  /** Jitter at its least, {@code nextDouble() == 0}, and at its most, just below 1. */
  private static final RandomGenerator LEAST = () -> 0L;

  private static final RandomGenerator MOST = () -> -1L;

  @Test
  void waitsDoubleUpToTheCap() {
    assertThat(policy.backoff(0, LEAST)).isEqualTo(Duration.ofMillis(100));
    assertThat(policy.backoff(1, LEAST)).isEqualTo(Duration.ofMillis(200));
    assertThat(policy.backoff(3, LEAST)).isEqualTo(Duration.ofMillis(800));
    assertThat(policy.backoff(4, LEAST)).isEqualTo(Duration.ofMillis(1500));
    assertThat(policy.backoff(1000, LEAST)).isEqualTo(Duration.ofMillis(1500));
  }

  @Test
  void jitterTakesUpToHalfOfAWait() {
    assertThat(policy.backoff(0, MOST))
        .isBetween(Duration.ofMillis(50), Duration.ofNanos(50_000_100));
    Random random = new Random(28);
    double sum = 0;
    for (int i = 0; i < 10_000; i++) {
      Duration wait = policy.backoff(2, random);
      assertThat(wait).isBetween(Duration.ofMillis(200), Duration.ofMillis(400));
      sum += wait.toNanos() / 1e6;
    }
    assertThat(sum / 10_000).as("the mean wait, in ms").isBetween(298.0, 302.0);
  }

  @Test
  void onlyThreeStatusesAreWorthAnotherAttempt() {
    for (int status = 100; status < 600; status++) {
      assertThat(RetryPolicy.isRetryable(answered(status)))
          .isEqualTo(status >= 502 && status <= 504);
    }
  }

  private static TransportFailure answered(int status) {
    FailedCall call = FailedCall.unanswered("GET", URI.create("http://localhost"), null);
    return TransportFailure.answered(call.answered(status, null), null);
  }

  @Test
  void whatCannotBeMeantIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RetryPolicy(-1, SECOND, SECOND, SECOND))
        .withMessage("maximumRetries must be 0 or more, got -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RetryPolicy(1, Duration.ZERO, SECOND, SECOND))
        .withMessage("initialDelay must be positive and at most PT24H, got PT0S");
  }
}

package dev.verhulst.client.routing;

import dev.verhulst.client.error.FailedCall;
import dev.verhulst.client.error.Failures;
import dev.verhulst.client.error.TransportFailure;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Logs an attempt, with its success or failure and its duration, at {@code DEBUG} under {@code
 * dev.verhulst.client}. Headers and bodies are not logged.
 */
final class AttemptLog {

  private static final Logger LOGGER = System.getLogger("dev.verhulst.client");

  private final FailedCall call;
  private final InstantSource clock;
  private final Logger logger;
  private final Instant start;

  private AttemptLog(FailedCall call, InstantSource clock, Logger logger) {
    this.call = call;
    this.clock = clock;
    this.logger = logger;
    this.start = clock.instant();
  }

  static AttemptLog begin(FailedCall call, InstantSource clock) {
    return begin(call, clock, LOGGER);
  }

  static AttemptLog begin(FailedCall call, InstantSource clock, Logger logger) {
    return new AttemptLog(call, clock, logger);
  }

  void end(@Nullable Throwable failure) {
    if (logger.isLoggable(Level.DEBUG)) {
      logger.log(
          Level.DEBUG,
          "{0}: {1} after {2} ms",
          call.request(),
          failure == null ? "success" : reason(Failures.unwrap(failure)),
          Duration.between(start, clock.instant()).toMillis());
    }
  }

  private static String reason(Throwable failure) {
    return failure instanceof TransportFailure known ? known.reason() : failure.toString();
  }
}

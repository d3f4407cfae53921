package dev.verhulst.client.error;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The server cannot serve the request now: its queue is full, it starts or stops, or a proxy found
 * no server (429, 502, 503). 429 is not tried again; after 502 and 503 the policy's retries have
 * been used up, or the server asked for a longer wait than the policy allows.
 */
public final class UnavailableException extends VerhulstException {

  private final @Nullable Duration retryAfter;

  UnavailableException(FailedCall call, @Nullable Duration retryAfter) {
    super(call.answer(), call, null);
    this.retryAfter = retryAfter;
  }

  /** When the server says that trying again makes sense; empty where it does not say. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}

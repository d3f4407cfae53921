package dev.verhulst.client;

import dev.verhulst.client.inference.Encoding;
import dev.verhulst.client.routing.Endpoint;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What all calls of a client have in common, where a request says nothing else.
 *
 * @param timeout how long a call may take
 * @param encoding how tensors travel
 * @param pinned the only endpoint to use; null for all
 */
record CallOptions(Duration timeout, Encoding encoding, @Nullable Endpoint pinned) {

  static final Duration LONGEST_TIMEOUT = Duration.ofDays(1);

  CallOptions {
    checkTimeout("timeout", timeout);
  }

  CallOptions withTimeout(Duration timeout) {
    return new CallOptions(timeout, encoding, pinned);
  }

  CallOptions withEncoding(Encoding encoding) {
    return new CallOptions(timeout, encoding, pinned);
  }

  CallOptions at(Endpoint endpoint) {
    return new CallOptions(timeout, encoding, endpoint);
  }

  static Duration checkTimeout(String name, Duration timeout) {
    if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
      throw new IllegalArgumentException(
          name + " must be positive and at most a day, got " + timeout);
    }
    return timeout;
  }
}

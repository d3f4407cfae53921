package dev.verhulst.client;

import dev.verhulst.client.inference.Encoding;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * What all calls of a client have in common, where a request says nothing else.
 *
 * @param url the server's address
 * @param headers what every request carries
 * @param timeout how long a call may take
 * @param encoding how tensors travel
 */
record CallOptions(URI url, Map<String, String> headers, Duration timeout, Encoding encoding) {

  private static final Duration LONGEST_TIMEOUT = Duration.ofDays(1);

  CallOptions {
    checkTimeout("timeout", timeout);
    headers = Map.copyOf(headers);
  }

  CallOptions withTimeout(Duration timeout) {
    return new CallOptions(url, headers, timeout, encoding);
  }

  CallOptions withEncoding(Encoding encoding) {
    return new CallOptions(url, headers, timeout, encoding);
  }

  static Duration checkTimeout(String name, Duration timeout) {
    if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
      throw new IllegalArgumentException(
          name + " must be positive and at most a day, got " + timeout);
    }
    return timeout;
  }
}

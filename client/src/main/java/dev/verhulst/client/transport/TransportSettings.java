package dev.verhulst.client.transport;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What all transports of a client have in common.
 *
 * @param headers what every request carries: headers, or metadata in gRPC
 * @param connectTimeout how long a connection may take to come about
 * @param sslContext what to trust, and how to prove oneself; null for the JDK's own
 * @param compression what inferences are compressed with
 * @param clock what the time is, for dates in answers
 */
public record TransportSettings(
    Map<String, String> headers,
    Duration connectTimeout,
    @Nullable SSLContext sslContext,
    Compression compression,
    InstantSource clock) {

  public TransportSettings {
    headers = Map.copyOf(headers);
  }
}

package dev.verhulst.client.routing;

import dev.verhulst.client.transport.Transport;
import java.net.URI;
import java.time.Instant;

/** One server of a pool, and what is known of it. Its state is guarded by the pool. */
public final class Endpoint {

  private final Transport transport;
  int outstanding;
  boolean inService = true;
  Instant retryAfter = Instant.MIN;

  Endpoint(Transport transport) {
    this.transport = transport;
  }

  public Transport transport() {
    return transport;
  }

  public URI address() {
    return transport.endpoint();
  }

  @Override
  public String toString() {
    return address().toString();
  }
}

package dev.verhulst.client.http;

import dev.verhulst.client.transport.Transport;
import dev.verhulst.client.transport.TransportProvider;
import dev.verhulst.client.transport.TransportSettings;
import java.net.URI;
import java.util.Set;

/** Opens transports over HTTP that share their connections' threads. */
public final class HttpTransportProvider implements TransportProvider, AutoCloseable {

  private final HttpConnections connections;

  public HttpTransportProvider(TransportSettings settings) {
    connections = new HttpConnections(settings.connectTimeout(), settings.sslContext());
  }

  @Override
  public Set<String> schemes() {
    return Set.of("http", "https");
  }

  @Override
  public Transport open(URI endpoint, TransportSettings settings) {
    return new HttpTransport(
        endpoint, settings.headers(), settings.compression(), connections, settings.clock());
  }

  /** Ends the connections of all transports. */
  @Override
  public void close() {
    connections.close();
  }
}

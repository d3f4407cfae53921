package dev.verhulst.client.grpc;

import dev.verhulst.client.transport.Compression;
import dev.verhulst.client.transport.Transport;
import dev.verhulst.client.transport.TransportProvider;
import dev.verhulst.client.transport.TransportSettings;
import io.grpc.Metadata;
import java.net.URI;
import java.util.Set;

/** Opens transports over gRPC: {@code grpc://} in the clear, {@code grpcs://} over TLS. */
public final class GrpcTransportProvider implements TransportProvider {

  @Override
  public Set<String> schemes() {
    return Set.of("grpc", "grpcs");
  }

  @Override
  public Transport open(URI endpoint, TransportSettings settings) {
    if (settings.compression() == Compression.DEFLATE) {
      throw new IllegalArgumentException(
          "gRPC compresses with gzip only: set Compression.GZIP for " + endpoint);
    }
    Metadata headers = Headers.with(new Metadata(), settings.headers());
    return new GrpcTransport(
        endpoint,
        Channels.open(endpoint, settings),
        headers,
        settings.compression() == Compression.GZIP);
  }
}

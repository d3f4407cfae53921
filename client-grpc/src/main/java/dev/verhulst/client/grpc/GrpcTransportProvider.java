package dev.verhulst.client.grpc;

import dev.verhulst.client.transport.Compression;
import dev.verhulst.client.transport.Transport;
import dev.verhulst.client.transport.TransportProvider;
import dev.verhulst.client.transport.TransportSettings;
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
    return new GrpcTransport(
        endpoint, Channels.open(endpoint, settings), settings.compression() == Compression.GZIP);
  }
}

package dev.verhulst.client.transport;

import java.net.URI;
import java.util.Set;

/**
 * Opens transports for the addresses of some schemes. The client speaks http and https itself, and
 * finds providers for other schemes, such as grpc, by {@link java.util.ServiceLoader}.
 */
public interface TransportProvider {

  /** The schemes that it speaks, in lower case. */
  Set<String> schemes();

  /** Opens a transport to that address; nothing is sent yet. */
  Transport open(URI endpoint, TransportSettings settings);
}

package dev.verhulst.client;

import dev.verhulst.client.http.HttpTransportProvider;
import dev.verhulst.client.transport.Transport;
import dev.verhulst.client.transport.TransportProvider;
import dev.verhulst.client.transport.TransportSettings;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * The transports to the endpoints of a client, each opened by the first provider that speaks the
 * scheme of its address: the given one, the client's own for HTTP, those on the class path.
 *
 * @param all one per endpoint, in the order of the endpoints
 * @param http the provider of those over HTTP
 */
record Transports(List<Transport> all, HttpTransportProvider http) {

  static Transports open(
      List<URI> endpoints, TransportSettings settings, @Nullable TransportProvider given) {
    HttpTransportProvider http = new HttpTransportProvider(settings);
    List<TransportProvider> providers = new ArrayList<>();
    if (given != null) {
      providers.add(given);
    }
    providers.add(http);
    ServiceLoader.load(TransportProvider.class, Transports.class.getClassLoader())
        .forEach(providers::add);
    List<Transport> opened = new ArrayList<>();
    try {
      for (URI endpoint : endpoints) {
        opened.add(provider(providers, endpoint).open(endpoint, settings));
      }
      return new Transports(List.copyOf(opened), http);
    } catch (RuntimeException e) {
      opened.forEach(Transport::close);
      http.close();
      throw e;
    }
  }

  /** Ends what the transports share; they have to be closed before. */
  void close() {
    http.close();
  }

  private static TransportProvider provider(List<TransportProvider> providers, URI endpoint) {
    String scheme = EndpointAddress.scheme(endpoint);
    return providers.stream()
        .filter(provider -> provider.schemes().contains(scheme))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "nothing speaks '"
                        + scheme
                        + "' to "
                        + endpoint
                        + ": http and https are built in, grpc and grpcs come with the module"
                        + " verhulst-client-grpc on the class path"));
  }
}

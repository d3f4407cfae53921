package dev.verhulst.client;

import java.net.URI;
import java.util.Locale;

/** The address of a server, as a user writes it. */
final class EndpointAddress {

  private EndpointAddress() {}

  /**
   * The address.
   *
   * @throws IllegalArgumentException where it has no scheme, no host, or more than a path
   */
  static URI parse(String url) {
    URI address = URI.create(url);
    if (scheme(address).isEmpty() || address.getHost() == null) {
      throw new IllegalArgumentException(
          "expected the server's address like http://localhost:8000, got '" + url + "'");
    }
    if (address.getQuery() != null || address.getFragment() != null) {
      throw new IllegalArgumentException(
          "the server's address takes no query and no fragment, got '" + url + "'");
    }
    return address;
  }

  static String scheme(URI address) {
    return address.getScheme() == null ? "" : address.getScheme().toLowerCase(Locale.ROOT);
  }
}

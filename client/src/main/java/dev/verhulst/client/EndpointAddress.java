package dev.verhulst.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** The address of a server, as a user writes it. */
final class EndpointAddress {

  private EndpointAddress() {}

  /**
   * The address.
   *
   * @throws IllegalArgumentException where it has no scheme, no host, or more than a path; its
   *     message has nothing that may be a password
   */
  static URI parse(String url) {
    String shown = withoutUser(url);
    URI address;
    try {
      address = new URI(url);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "expected the server's address like http://localhost:8000, got '"
              + shown
              + "': "
              + e.getReason());
    }
    String authority = address.getRawAuthority();
    if (authority != null && authority.contains("@")) {
      throw new IllegalArgumentException(
          "the server's address takes no user and no password, which logs and messages would show:"
              + " send them as a header, like builder.header(\"Authorization\", \"Basic ...\");"
              + " got '"
              + shown
              + "'");
    }
    if (scheme(address).isEmpty() || address.getHost() == null) {
      throw new IllegalArgumentException(
          "expected the server's address like http://localhost:8000, got '" + shown + "'");
    }
    if (address.getQuery() != null || address.getFragment() != null) {
      throw new IllegalArgumentException(
          "the server's address takes no query and no fragment, got '" + shown + "'");
    }
    return address;
  }

  private static String withoutUser(String url) {
    int end = url.lastIndexOf('@');
    return end < 0 ? url : "..." + url.substring(end);
  }

  static String scheme(URI address) {
    return address.getScheme() == null ? "" : address.getScheme().toLowerCase(Locale.ROOT);
  }
}

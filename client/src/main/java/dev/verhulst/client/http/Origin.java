package dev.verhulst.client.http;

import java.net.URI;

/**
 * Where a request goes.
 *
 * @param secure whether over TLS
 * @param host a name or an address, an IPv6 address in brackets
 * @param port from 1 to 65535
 */
record Origin(boolean secure, String host, int port) {

  static Origin of(URI uri) {
    boolean secure = "https".equalsIgnoreCase(uri.getScheme());
    int defaultPort = secure ? 443 : 80;
    return new Origin(secure, uri.getHost(), uri.getPort() < 0 ? defaultPort : uri.getPort());
  }

  /** The host and the port, unless that is the scheme's own: what a Host header says. */
  String authority() {
    return port == (secure ? 443 : 80) ? host : hostAndPort();
  }

  String hostAndPort() {
    return host + ":" + port;
  }

  /** The host without the brackets of an IPv6 address. */
  String address() {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }
}

package dev.verhulst.client.http;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** The server's address with path segments after it. */
final class PathSegments {

  private PathSegments() {}

  /** The base with the segments after it, each percent-encoded. */
  static URI append(URI base, String... segments) {
    StringBuilder uri = new StringBuilder(base.toString());
    while (uri.length() > 0 && uri.charAt(uri.length() - 1) == '/') {
      uri.setLength(uri.length() - 1);
    }
    for (String segment : segments) {
      if (segment.isBlank() || segment.equals(".") || segment.equals("..")) {
        throw new IllegalArgumentException(
            "expected the name or version of a model, got '" + segment + "'");
      }
      uri.append('/').append(encode(segment));
    }
    return URI.create(uri.toString());
  }

  private static String encode(String segment) {
    // URLEncoder writes forms, where a space is a plus.
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }
}

package dev.verhulst.client.http;

import java.net.ProtocolException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What an answer begins with.
 *
 * @param persistent whether the connection may be used again, as far as the version says
 * @param contentLength how long the body is, in bytes; empty where the answer does not say
 * @param isChunked whether the body comes in chunks
 */
record ResponseHead(
    int statusCode,
    HttpHeaders headers,
    boolean persistent,
    OptionalLong contentLength,
    boolean isChunked)
    implements HttpResponse.ResponseInfo {

  /**
   * Checks what the headers say of the body.
   *
   * @throws ProtocolException where that makes no sense
   */
  static ResponseHead of(int statusCode, HttpHeaders headers, boolean persistent)
      throws ProtocolException {
    return new ResponseHead(
        statusCode, headers, persistent, contentLength(headers), isChunked(headers));
  }

  @Override
  public HttpClient.Version version() {
    return HttpClient.Version.HTTP_1_1;
  }

  /** Whether another head follows, that of the answer. */
  boolean isInterim() {
    return statusCode / 100 == 1;
  }

  boolean hasBody() {
    return statusCode != 204 && statusCode != 304;
  }

  private static boolean isChunked(HttpHeaders headers) throws ProtocolException {
    List<String> codings = headers.allValues("Transfer-Encoding");
    if (codings.isEmpty()) {
      return false;
    }
    if (codings.size() > 1 || !codings.get(0).equalsIgnoreCase("chunked")) {
      throw new ProtocolException(
          "the answer's Transfer-Encoding is " + codings + ", expected chunked or none");
    }
    return true;
  }

  private static OptionalLong contentLength(HttpHeaders headers) throws ProtocolException {
    Set<String> lengths = new HashSet<>(headers.allValues("Content-Length"));
    if (lengths.isEmpty()) {
      return OptionalLong.empty();
    }
    String length = lengths.iterator().next();
    try {
      if (lengths.size() == 1 && Character.isDigit(length.charAt(0))) {
        return OptionalLong.of(Long.parseLong(length));
      }
    } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
      // Reported below, with the value.
    }
    throw new ProtocolException(
        "the answer's Content-Length is '"
            + String.join("', '", lengths)
            + "', expected one number of bytes");
  }

  /** Whether the server will take another request on the connection. */
  boolean keepsConnection() {
    if (isChunked && contentLength.isPresent()) {
      // Whatever is between may take the other one for the end of the answer.
      return false;
    }
    boolean keeps = persistent;
    for (String value : headers.allValues("Connection")) {
      for (String option : value.toLowerCase(Locale.ROOT).split(",", -1)) {
        if (option.strip().equals("close")) {
          return false;
        }
        keeps |= option.strip().equals("keep-alive");
      }
    }
    return keeps;
  }
}

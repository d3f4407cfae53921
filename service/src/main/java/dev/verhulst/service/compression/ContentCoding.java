package dev.verhulst.service.compression;

import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a body is compressed (RFC 9110, section 8.4.1). */
public enum ContentCoding {
  /** Not at all. */
  IDENTITY("identity"),
  /** RFC 1952. */
  GZIP("gzip"),
  /** The zlib format of RFC 1950. */
  DEFLATE("deflate");

  /** What the server takes, as a value of the header {@code Accept-Encoding}. */
  public static final String ACCEPTED = "gzip, deflate";

  private final String token;

  ContentCoding(String token) {
    this.token = token;
  }

  /** Its name in headers. */
  public String token() {
    return token;
  }

  /**
   * The coding of a request's body.
   *
   * @param header the value of {@code Content-Encoding}, or null where there is none
   * @throws InferenceException of kind UNSUPPORTED where it names another coding, or several
   */
  public static ContentCoding ofRequest(@Nullable String header) {
    if (header == null) {
      return IDENTITY;
    }
    ContentCoding coding = find(header.strip());
    if (coding == null) {
      throw new InferenceException(
          ErrorKind.UNSUPPORTED,
          "Content-Encoding '%s' is not supported; expected one of gzip, deflate and identity"
              .formatted(header));
    }
    return coding;
  }

  /** The coding of that name, or null; {@code x-gzip} is another name of gzip. */
  static @Nullable ContentCoding find(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "identity", "" -> IDENTITY;
      case "gzip", "x-gzip" -> GZIP;
      case "deflate" -> DEFLATE;
      default -> null;
    };
  }
}

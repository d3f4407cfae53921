package dev.verhulst.client.grpc;

import io.grpc.Metadata;
import java.util.Locale;
import java.util.Map;

/** Headers as metadata. */
final class Headers {

  private static final char FIRST_PRINTABLE = ' ';
  private static final char LAST_PRINTABLE = '~';

  private Headers() {}

  /**
   * Headers and further ones, which replace those of the same name.
   *
   * @throws IllegalArgumentException where metadata cannot carry a name or a value; gRPC itself
   *     would leave such a value out, and send the call without its credentials
   */
  static Metadata with(Metadata headers, Map<String, String> further) {
    Metadata all = new Metadata();
    all.merge(headers);
    further.forEach(
        (name, value) -> {
          Metadata.Key<String> key =
              Metadata.Key.of(name.toLowerCase(Locale.ROOT), Metadata.ASCII_STRING_MARSHALLER);
          all.discardAll(key);
          all.put(key, checked(name, value));
        });
    return all;
  }

  /** The value, which is not repeated in the message, since it may be a secret. */
  private static String checked(String name, String value) {
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) < FIRST_PRINTABLE || value.charAt(i) > LAST_PRINTABLE) {
        throw new IllegalArgumentException(
            "the value of header '"
                + name
                + "' has a character at index "
                + i
                + " that gRPC cannot send: it takes printable ASCII, U+0020 to U+007E; take out the"
                + " character, which may be the end of a line, or encode the value");
      }
    }
    return value;
  }
}

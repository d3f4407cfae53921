package dev.verhulst.client.codec;

import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * The body of an error answer: {@code {"error": "..."}} by the protocol, {@code {"detail": "..."}}
 * from some servers, and anything at all from a proxy.
 */
public final class ErrorBody {

  /** How much of a body that is no JSON is shown. */
  private static final int LONGEST_TEXT = 500;

  private ErrorBody() {}

  /** The server's message; null where the body is empty. */
  public static @Nullable String message(byte[] body) {
    if (body.length == 0) {
      return null;
    }
    try {
      String message = readMessage(body);
      if (message != null) {
        return message;
      }
    } catch (ProtocolException e) {
      // No JSON, then: a proxy's page, most likely, and shown as it is.
    }
    String text = new String(body, StandardCharsets.UTF_8).strip();
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "...";
  }

  private static @Nullable String readMessage(byte[] body) throws ProtocolException {
    AtomicReference<@Nullable String> message = new AtomicReference<>();
    Json.read(
        body,
        parser -> {
          Json.readObject(
              parser,
              property -> {
                boolean named = property.equals("error") || property.equals("detail");
                if (named && parser.currentToken() == JsonToken.VALUE_STRING) {
                  message.compareAndSet(null, parser.getString());
                } else {
                  parser.skipChildren();
                }
              });
          return true;
        });
    return message.get();
  }
}

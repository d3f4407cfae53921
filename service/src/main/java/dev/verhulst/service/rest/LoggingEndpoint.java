package dev.verhulst.service.rest;

import dev.verhulst.service.logging.LogSettings;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** What the server logs: shown, and changed. */
final class LoggingEndpoint {

  private final LogSettings settings;
  private final SmallJsonReader bodies;

  LoggingEndpoint(LogSettings settings, SmallJsonReader bodies) {
    this.settings = settings;
    this.bodies = bodies;
  }

  void show(HttpServletResponse response) throws IOException {
    JsonResponse.send(response, json -> write(json, settings.current()));
  }

  void change(HttpServletRequest request, HttpServletResponse response) throws IOException {
    settings.change(bodies.parse(request, LoggingEndpoint::changes));
    show(response);
  }

  private static Map<String, Object> changes(JsonParser json) {
    Map<String, Object> changes = new HashMap<>();
    String name;
    while ((name = json.nextName()) != null) {
      JsonToken token = json.nextToken();
      changes.put(name, value(json, token));
      json.skipChildren();
    }
    return changes;
  }

  /** What no setting takes is given as the token that it is. */
  private static Object value(JsonParser json, JsonToken token) {
    if (token == JsonToken.VALUE_STRING) {
      return json.getString();
    }
    if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
      return token == JsonToken.VALUE_TRUE;
    }
    boolean isLong =
        token == JsonToken.VALUE_NUMBER_INT
            && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
    return isLong ? (Object) json.getLongValue() : token;
  }

  private static void write(JsonGenerator json, Map<String, Object> settings) {
    json.writeStartObject();
    settings.forEach(
        (name, value) -> {
          if (value instanceof Boolean bool) {
            json.writeBooleanProperty(name, bool);
          } else if (value instanceof Long number) {
            json.writeNumberProperty(name, number);
          } else {
            json.writeStringProperty(name, value.toString());
          }
        });
    json.writeEndObject();
  }
}

package dev.verhulst.service.rest;

import dev.verhulst.service.exchange.RequestParameters;
import dev.verhulst.service.exchange.SharedMemoryParameters;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads {@code parameters} from JSON: those of a request, and those of its outputs. */
final class ParameterReader {

  private final RequestParameters parameters;

  /**
   * What the parameters of an output say.
   *
   * @param binary {@code binary_data}, or null where it is not said
   * @param classes {@code classification}, or 0
   * @param shared those of shared memory
   */
  record Output(@Nullable Boolean binary, int classes, Map<String, Object> shared) {

    static final Output NONE = new Output(null, 0, Map.of());
  }

  /**
   * @param parameters where those of the request go
   */
  ParameterReader(RequestParameters parameters) {
    this.parameters = parameters;
  }

  /** Reads the parameters of the request; the parser stands at their opening bracket. */
  void readRequest(JsonParser json) {
    expectObject(json);
    String key;
    while ((key = json.nextName()) != null) {
      json.nextToken();
      parameters.put(key, value(key, json));
    }
  }

  /** Reads the parameters of an output; the parser stands at their opening bracket. */
  Output readOutput(JsonParser json) {
    Map<String, Object> shared = new HashMap<>(0);
    expectObject(json);
    Boolean binary = null;
    int classes = 0;
    String key;
    while ((key = json.nextName()) != null) {
      JsonToken token = json.nextToken();
      switch (key) {
        case "binary_data" -> {
          if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
            throw parameters.mustBe(key, "a boolean", RequestHeaderReader.described(token));
          }
          binary = token == JsonToken.VALUE_TRUE;
        }
        case RequestParameters.CLASSIFICATION -> classes = parameters.classes(value(key, json));
        default -> {
          if (SharedMemoryParameters.has(key)) {
            shared.put(key, plain(json));
          } else {
            json.skipChildren();
          }
        }
      }
    }
    return new Output(binary, classes, shared);
  }

  /** A value of any type; of an array or an object, only that it is one. */
  static Object plain(JsonParser json) {
    JsonToken token = json.currentToken();
    return switch (token) {
      case VALUE_STRING -> json.getString();
      case VALUE_NUMBER_INT -> json.getNumberValue();
      case null, default -> {
        json.skipChildren();
        yield RequestHeaderReader.described(token);
      }
    };
  }

  private void expectObject(JsonParser json) {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw parameters.mustBe(
          "parameters", "an object", RequestHeaderReader.described(json.currentToken()));
    }
  }

  private Object value(String key, JsonParser json) {
    JsonToken token = json.currentToken();
    return switch (token) {
      case VALUE_STRING -> json.getString();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.getNumberValue();
      case null, default -> throw parameters.wrong(key, RequestHeaderReader.described(token));
    };
  }
}

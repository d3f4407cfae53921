package dev.verhulst.service.rest;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The {@code parameters} of a request: those that the protocol reserves, and those of the function.
 */
final class RequestParameters {

  private static final String RESERVED_PREFIX = "triton_";

  private final String model;
  private final Map<String, Object> operatorParameters = new HashMap<>(4);
  private boolean binaryDataOutput;
  private int priority;
  private Duration timeout = Duration.ZERO;

  RequestParameters(String model) {
    this.model = model;
  }

  /** Whether the model's first output goes out as bytes where none is listed. */
  boolean binaryDataOutput() {
    return binaryDataOutput;
  }

  int priority() {
    return priority;
  }

  Duration timeout() {
    return timeout;
  }

  /** What is left: for the function. */
  Map<String, Object> operatorParameters() {
    return operatorParameters;
  }

  /** Reads the parameters of the request; the parser stands at their opening bracket. */
  void readRequest(JsonParser json) {
    expectObject(json);
    String key;
    while ((key = json.nextName()) != null) {
      json.nextToken();
      switch (key) {
        case "binary_data_output" -> binaryDataOutput = bool(key, json);
        case "priority" -> priority = (int) Math.min(unsigned(key, json), Integer.MAX_VALUE);
        case "timeout" ->
            timeout =
                Duration.of(
                    Math.min(unsigned(key, json), Long.MAX_VALUE / 1_000), ChronoUnit.MICROS);
        // A function has no state that a sequence could carry: checked, and of no effect.
        case "sequence_id" -> {
          if (json.currentToken() != JsonToken.VALUE_STRING) {
            unsigned(key, json);
          }
        }
        case "sequence_start", "sequence_end" -> bool(key, json);
        default -> operatorParameters.put(key, value(key, json));
      }
    }
  }

  /**
   * Reads the parameters of an output; the parser stands at their opening bracket.
   *
   * @return {@code binary_data}, or null where it is not said
   */
  @Nullable Boolean readOutput(JsonParser json) {
    expectObject(json);
    Boolean binary = null;
    String key;
    while ((key = json.nextName()) != null) {
      json.nextToken();
      switch (key) {
        case "binary_data" -> binary = bool(key, json);
        case "classification" -> throw unsupported("'classification' of an output");
        case "shared_memory_region" -> throw unsupported("an output in shared memory");
        default -> json.skipChildren();
      }
    }
    return binary;
  }

  private void expectObject(JsonParser json) {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw wrong("parameters", "an object", json);
    }
  }

  private Object value(String key, JsonParser json) {
    if (key.startsWith(RESERVED_PREFIX)) {
      throw invalidArgument(
          "parameter '%s' in the request for model '%s' begins with '%s', which is reserved"
              .formatted(key, model, RESERVED_PREFIX));
    }
    return switch (json.currentToken()) {
      case VALUE_STRING -> json.getString();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.getNumberValue();
      case null, default -> throw wrong(key, "a string, a number or a boolean", json);
    };
  }

  private boolean bool(String key, JsonParser json) {
    JsonToken token = json.currentToken();
    if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
      throw wrong(key, "a boolean", json);
    }
    return token == JsonToken.VALUE_TRUE;
  }

  private long unsigned(String key, JsonParser json) {
    if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      throw wrong(key, "an unsigned integer", json);
    }
    JsonParser.NumberType type = json.getNumberType();
    if (type == JsonParser.NumberType.BIG_INTEGER || json.getLongValue() < 0) {
      throw invalidArgument(
          "parameter '%s' in the request for model '%s' must be an unsigned integer below 2^63, got %s"
              .formatted(key, model, json.getString()));
    }
    return json.getLongValue();
  }

  private InferenceException wrong(String key, String expected, JsonParser json) {
    return invalidArgument(
        "parameter '%s' in the request for model '%s' must be %s, got %s"
            .formatted(key, model, expected, RequestHeaderReader.described(json.currentToken())));
  }

  private InferenceException unsupported(String what) {
    return new InferenceException(
        ErrorKind.UNSUPPORTED,
        "%s, in the request for model '%s', is not supported".formatted(what, model));
  }
}

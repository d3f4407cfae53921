package dev.verhulst.service.rest;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.model.InferenceRequest;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads the frame of a request for a job: that of an inference, without outputs, whose parameters
 * may be lists of strings too. One instance reads one frame.
 */
final class JobRequestReader {

  private final RequestFrame frame;
  private final JsonParser json;
  private final Map<String, Object> parameters = new HashMap<>();

  private JobRequestReader(RequestFrame frame) {
    this.frame = frame;
    this.json = frame.json();
  }

  /**
   * Reads the frame that a scanner holds.
   *
   * @param model the name of the model, for messages
   * @throws InferenceException of kind INVALID_ARGUMENT where it is not a request for a job
   */
  static RequestHeader read(String model, FrameScanner scanner) {
    return RequestFrame.read(model, scanner, frame -> new JobRequestReader(frame).read());
  }

  private RequestHeader read() {
    SmallJsonReader.expectObject(json.nextToken(), "the request JSON buffer");
    String id = null;
    String key;
    while ((key = json.nextName()) != null) {
      JsonToken value = json.nextToken();
      switch (key) {
        case "id" -> id = text(value);
        case "inputs" -> frame.readInputs(value);
        case "parameters" -> readParameters(value);
        default ->
            throw invalidArgument(
                "unknown key '%s' of a job's request; there are id, inputs and parameters"
                    .formatted(key));
      }
    }
    frame.expectAllDataSeen();
    return new RequestHeader(
        new InferenceRequest(id, frame.inputs(), List.of(), false, parameters, 0, Duration.ZERO),
        frame.sources());
  }

  private void readParameters(JsonToken value) {
    if (value != JsonToken.START_OBJECT) {
      throw frame.wrong("'parameters'", "an object", value);
    }
    String key;
    while ((key = json.nextName()) != null) {
      if (parameters.put(key, parameter(key, json.nextToken())) != null) {
        throw invalidArgument("parameter '%s' appears twice in the request".formatted(key));
      }
    }
  }

  private Object parameter(String key, JsonToken token) {
    return switch (token) {
      case VALUE_STRING -> json.getString();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_INT -> {
        Number number = json.getNumberValue();
        yield number instanceof BigInteger ? (Object) number.doubleValue() : number.longValue();
      }
      case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
      case START_ARRAY -> {
        List<String> texts = new ArrayList<>();
        JsonToken element;
        while ((element = json.nextToken()) != JsonToken.END_ARRAY) {
          if (element != JsonToken.VALUE_STRING) {
            throw frame.wrong("an element of parameter '" + key + "'", "a string", element);
          }
          texts.add(json.getString());
        }
        yield texts;
      }
      case null, default ->
          throw frame.wrong(
              "parameter '" + key + "'",
              "a string, a number, a boolean or a list of strings",
              token);
    };
  }

  private String text(JsonToken value) {
    if (value != JsonToken.VALUE_STRING) {
      throw frame.wrong("'id'", "a string", value);
    }
    return json.getString();
  }
}

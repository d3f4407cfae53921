package dev.verhulst.service.rest;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.model.InferenceRequest;
import dev.verhulst.service.model.InputTensor;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/**
 * Reads the frame of a request for a job: that of an inference, without outputs, whose parameters
 * may be lists of strings too. One instance reads one frame.
 */
final class JobRequestReader {

  private final String model;
  private final FrameScanner scanner;
  private final JsonParser json;
  private final List<InputTensor> inputs = new ArrayList<>();
  private final List<TensorSource> sources = new ArrayList<>();
  private final Map<String, Object> parameters = new HashMap<>();
  private int dataSeen;

  private JobRequestReader(String model, FrameScanner scanner, JsonParser json) {
    this.model = model;
    this.scanner = scanner;
    this.json = json;
  }

  /**
   * Reads the frame that a scanner holds.
   *
   * @param model the name of the model, for messages
   * @throws InferenceException of kind INVALID_ARGUMENT where it is not a request for a job
   */
  static RequestHeader read(String model, FrameScanner scanner) {
    try (JsonParser json =
        RequestHeaderReader.JSON.createParser(
            ObjectReadContext.empty(), scanner.frame(), 0, scanner.frameLength())) {
      return new JobRequestReader(model, scanner, json).read();
    } catch (JacksonException e) {
      throw invalidArgument("failed to parse the request JSON buffer: " + e.getOriginalMessage());
    }
  }

  private RequestHeader read() {
    SmallJsonBody.expectObject(json.nextToken(), "the request JSON buffer");
    String id = null;
    String key;
    while ((key = json.nextName()) != null) {
      JsonToken value = json.nextToken();
      switch (key) {
        case "id" -> id = text(value);
        case "inputs" -> readInputs(value);
        case "parameters" -> readParameters(value);
        default ->
            throw invalidArgument(
                "unknown key '%s' of a job's request; there are id, inputs and parameters"
                    .formatted(key));
      }
    }
    if (dataSeen != scanner.dataCount()) {
      throw invalidArgument(
          "failed to parse the request JSON buffer: write the keys 'inputs' and 'data' without"
              + " escapes, and once each");
    }
    return new RequestHeader(
        new InferenceRequest(id, inputs, List.of(), false, parameters, 0, Duration.ZERO), sources);
  }

  private void readInputs(JsonToken value) {
    if (value != JsonToken.START_ARRAY) {
      throw wrong("'inputs'", "an array of objects", value);
    }
    JsonToken element;
    while ((element = json.nextToken()) != JsonToken.END_ARRAY) {
      if (element != JsonToken.START_OBJECT) {
        throw wrong("an element of 'inputs'", "an object", element);
      }
      new InputReader(json, model, this::nextData).read(inputs, sources);
    }
  }

  private TensorSource nextData() {
    int index = dataSeen++;
    if (index >= scanner.dataCount()) {
      throw invalidArgument(
          "failed to parse the request JSON buffer: write the keys 'inputs' and 'data' without"
              + " escapes");
    }
    return new TensorSource.Json(scanner.dataStart(index), scanner.dataEnd(index));
  }

  private void readParameters(JsonToken value) {
    if (value != JsonToken.START_OBJECT) {
      throw wrong("'parameters'", "an object", value);
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
            throw wrong("an element of parameter '" + key + "'", "a string", element);
          }
          texts.add(json.getString());
        }
        yield texts;
      }
      case null, default ->
          throw wrong(
              "parameter '" + key + "'",
              "a string, a number, a boolean or a list of strings",
              token);
    };
  }

  private String text(JsonToken value) {
    if (value != JsonToken.VALUE_STRING) {
      throw wrong("'id'", "a string", value);
    }
    return json.getString();
  }

  private InferenceException wrong(String what, String expected, @Nullable JsonToken got) {
    return invalidArgument(
        "%s of the request for model '%s' must be %s, got %s"
            .formatted(what, model, expected, RequestHeaderReader.described(got)));
  }
}

package dev.verhulst.service.rest;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.service.exchange.RequestParameters;
import dev.verhulst.service.exchange.SharedMemoryParameters;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.model.InferenceRequest;
import dev.verhulst.service.model.RequestedOutput;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads the frame of a request's JSON. Keys that the protocol does not know are passed over, as its
 * other servers do. One instance reads one frame.
 */
final class RequestHeaderReader {

  private final String model;
  private final RequestFrame frame;
  private final JsonParser json;
  private final RequestParameters parameters;
  private final ParameterReader parameterReader;

  private @Nullable List<OutputFrame> outputs;
  private @Nullable String id;

  /** An output as it is written, before the request's default is known. */
  private record OutputFrame(String name, ParameterReader.Output parameters) {}

  private RequestHeaderReader(RequestFrame frame) {
    this.model = frame.model();
    this.frame = frame;
    this.json = frame.json();
    this.parameters = new RequestParameters(model);
    this.parameterReader = new ParameterReader(parameters);
  }

  /**
   * Reads the frame that a scanner holds.
   *
   * @param model the name of the model, for messages
   * @throws InferenceException of kind INVALID_ARGUMENT where it is not a request; UNSUPPORTED
   *     where it asks for a part of the protocol that is not there
   */
  static RequestHeader read(String model, FrameScanner scanner) {
    return RequestFrame.read(model, scanner, frame -> new RequestHeaderReader(frame).read());
  }

  private RequestHeader read() {
    SmallJsonReader.expectObject(json.nextToken(), "the request JSON buffer");
    Set<String> seen = HashSet.newHashSet(4);
    String key;
    while ((key = json.nextName()) != null) {
      JsonToken value = json.nextToken();
      switch (key) {
        case "id" -> id = text("id", value, seen);
        case "parameters" -> {
          once("parameters", seen);
          parameterReader.readRequest(json);
        }
        case "inputs" -> {
          once("inputs", seen);
          frame.readInputs(value);
        }
        case "outputs" -> {
          once("outputs", seen);
          readOutputs(value);
        }
        default -> json.skipChildren();
      }
    }
    if (json.nextToken() != null) {
      throw invalidArgument(
          "failed to parse the request JSON buffer: there is more behind the request object");
    }
    frame.expectAllDataSeen();
    if (!seen.contains("inputs")) {
      throw invalidArgument(
          "the request for model '%s' has no 'inputs'; it must be an array of tensors"
              .formatted(model));
    }
    boolean binaryByDefault = parameters.binaryDataOutput();
    InferenceRequest request =
        new InferenceRequest(
            id,
            frame.inputs(),
            requestedOutputs(),
            binaryByDefault,
            parameters.operatorParameters(),
            parameters.priority(),
            parameters.timeout());
    return new RequestHeader(request, frame.sources());
  }

  /** With {@code binary_data_output} true, a listed output without {@code binary_data} is JSON. */
  private List<RequestedOutput> requestedOutputs() {
    if (outputs == null || outputs.isEmpty()) {
      return List.of();
    }
    List<RequestedOutput> requested = new ArrayList<>(outputs.size());
    for (OutputFrame output : outputs) {
      Boolean binary = output.parameters().binary();
      requested.add(
          new RequestedOutput(
              output.name(),
              binary != null && binary,
              output.parameters().classes(),
              SharedMemoryParameters.range(
                  output.parameters().shared(),
                  () -> "output '%s' for model '%s'".formatted(output.name(), model))));
    }
    return requested;
  }

  private void readOutputs(JsonToken value) {
    if (value != JsonToken.START_ARRAY) {
      throw frame.wrong("'outputs'", "an array of objects", value);
    }
    outputs = new ArrayList<>(2);
    while ((value = json.nextToken()) != JsonToken.END_ARRAY) {
      if (value != JsonToken.START_OBJECT) {
        throw frame.wrong("an element of 'outputs'", "an object", value);
      }
      outputs.add(readOutput());
    }
  }

  private OutputFrame readOutput() {
    Set<String> seen = HashSet.newHashSet(2);
    String name = null;
    ParameterReader.Output parametersOfOutput = ParameterReader.Output.NONE;
    String key;
    while ((key = json.nextName()) != null) {
      JsonToken value = json.nextToken();
      switch (key) {
        case "name" -> name = text("name' of an output", value, seen);
        case "parameters" -> {
          once("parameters' of an output", seen);
          parametersOfOutput = parameterReader.readOutput(json);
        }
        default -> json.skipChildren();
      }
    }
    if (name == null) {
      throw invalidArgument(
          "an output of the request for model '%s' has no 'name'".formatted(model));
    }
    return new OutputFrame(name, parametersOfOutput);
  }

  private String text(String key, JsonToken value, Set<String> seen) {
    once(key, seen);
    if (value != JsonToken.VALUE_STRING) {
      throw frame.wrong("'" + key + "'", "a string", value);
    }
    return json.getString();
  }

  private void once(String key, Set<String> seen) {
    if (!seen.add(key)) {
      throw invalidArgument("the key '%s' appears twice in the request".formatted(key));
    }
  }

  /** A token in the words of a message. */
  static String described(@Nullable JsonToken token) {
    return switch (token) {
      case null -> "nothing";
      case START_OBJECT, END_OBJECT, PROPERTY_NAME -> "an object";
      case START_ARRAY, END_ARRAY -> "an array";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT -> "an integer";
      case VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      case VALUE_NULL -> "null";
      case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT -> "something else";
    };
  }
}

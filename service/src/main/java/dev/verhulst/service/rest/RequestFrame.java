package dev.verhulst.service.rest;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.model.InputTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * The frame of a request's JSON while it is read: what requests of every kind have in common, their
 * inputs, whose elements stay where they are in the text.
 */
final class RequestFrame {

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(FrameScanner.MAXIMUM_DEPTH)
                  .maxStringLength(FrameScanner.MAXIMUM_FRAME)
                  .build())
          .build();

  private final String model;
  private final FrameScanner scanner;
  private final JsonParser json;
  private final List<InputTensor> inputs = new ArrayList<>(2);
  private final List<TensorSource> sources = new ArrayList<>(2);
  private int dataSeen;

  private RequestFrame(String model, FrameScanner scanner, JsonParser json) {
    this.model = model;
    this.scanner = scanner;
    this.json = json;
  }

  /**
   * Has the frame read that a scanner holds.
   *
   * @param model the name of the model, for messages
   * @throws InferenceException of kind INVALID_ARGUMENT where it is no JSON; and what the reader
   *     throws
   */
  static RequestHeader read(
      String model, FrameScanner scanner, Function<RequestFrame, RequestHeader> reader) {
    try (JsonParser json =
        JSON.createParser(ObjectReadContext.empty(), scanner.frame(), 0, scanner.frameLength())) {
      return reader.apply(new RequestFrame(model, scanner, json));
    } catch (JacksonException e) {
      throw invalidArgument("failed to parse the request JSON buffer: " + e.getOriginalMessage());
    }
  }

  String model() {
    return model;
  }

  JsonParser json() {
    return json;
  }

  /** The inputs that have been read. */
  List<InputTensor> inputs() {
    return inputs;
  }

  /** Where the elements of each of them are. */
  List<TensorSource> sources() {
    return sources;
  }

  /**
   * Reads {@code inputs}.
   *
   * @param value the token that the parser stands at
   */
  void readInputs(JsonToken value) {
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

  /** Expects the scanner and the parser to have seen the same elements, once all is read. */
  void expectAllDataSeen() {
    if (dataSeen != scanner.dataCount()) {
      throw invalidArgument(
          "failed to parse the request JSON buffer: write the keys 'inputs' and 'data' without"
              + " escapes, and once each");
    }
  }

  /** What a part of another type than expected is refused with. */
  InferenceException wrong(String what, String expected, @Nullable JsonToken got) {
    return invalidArgument(
        "%s of the request for model '%s' must be %s, got %s"
            .formatted(what, model, expected, RequestHeaderReader.described(got)));
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
}

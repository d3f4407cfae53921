package dev.verhulst.service.grpc;

import static dev.verhulst.service.grpc.ProtobufReader.DELIMITED;
import static dev.verhulst.service.grpc.ProtobufReader.FIXED64;
import static dev.verhulst.service.grpc.ProtobufReader.VARINT;
import static dev.verhulst.service.grpc.ProtobufReader.field;
import static dev.verhulst.service.grpc.ProtobufReader.wireType;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@code ModelInferRequest} up to its tensors' elements, which it passes over. Fields that
 * the protocol does not know are skipped, as protobuf does.
 */
final class InferFrameReader {

  /** How many inputs, outputs or parameters a request may have, and a tensor dimensions. */
  private static final int MOST = 1024;

  private final ProtobufReader message;
  private int parameterCount;

  private InferFrameReader(ProtobufReader message) {
    this.message = message;
  }

  /**
   * @throws dev.verhulst.service.inference.InferenceException of kind INVALID_ARGUMENT where the
   *     message is no protobuf
   */
  static InferFrame read(ProtobufReader message) {
    return new InferFrameReader(message).readRequest();
  }

  private InferFrame readRequest() {
    String modelName = "";
    String version = null;
    String id = null;
    Map<String, Object> parameters = new LinkedHashMap<>(4);
    List<InferFrame.Input> inputs = new ArrayList<>(2);
    List<InferFrame.Output> outputs = new ArrayList<>(2);
    List<ProtobufReader.Range> rawContents = new ArrayList<>(2);
    for (int tag = message.readTag(); tag != 0; tag = message.readTag()) {
      switch (field(tag)) {
        case 1 -> modelName = string(tag);
        case 2 -> version = emptyAsNull(string(tag));
        case 3 -> id = emptyAsNull(string(tag));
        case 4 -> readParameter(tag, parameters);
        case 5 -> add(readInput(tag), inputs, "inputs");
        case 6 -> add(readOutput(tag), outputs, "outputs");
        case 7 -> {
          message.expect(tag, DELIMITED);
          add(message.readDelimited(), rawContents, "raw_input_contents");
        }
        default -> message.skip(tag);
      }
    }
    return new InferFrame(modelName, version, id, parameters, inputs, outputs, rawContents);
  }

  private InferFrame.Input readInput(int inputTag) {
    long end = enter(inputTag);
    String name = "";
    String datatype = "";
    Dimensions shape = new Dimensions();
    Map<String, Object> parameters = new LinkedHashMap<>(2);
    TypedContents contents = null;
    for (int tag = message.readTag(); tag != 0; tag = message.readTag()) {
      switch (field(tag)) {
        case 1 -> name = string(tag);
        case 2 -> datatype = string(tag);
        case 3 -> readDimensions(tag, shape);
        case 4 -> readParameter(tag, parameters);
        case 5 -> {
          message.expect(tag, DELIMITED);
          if (contents != null) {
            throw message.malformed("input '%s' has contents twice".formatted(name));
          }
          contents = TypedContents.scan(message);
        }
        default -> message.skip(tag);
      }
    }
    message.leave(end);
    return new InferFrame.Input(name, datatype, shape.toArray(), parameters, contents);
  }

  private InferFrame.Output readOutput(int outputTag) {
    long end = enter(outputTag);
    String name = "";
    Map<String, Object> parameters = new LinkedHashMap<>(2);
    for (int tag = message.readTag(); tag != 0; tag = message.readTag()) {
      switch (field(tag)) {
        case 1 -> name = string(tag);
        case 2 -> readParameter(tag, parameters);
        default -> message.skip(tag);
      }
    }
    message.leave(end);
    return new InferFrame.Output(name, parameters);
  }

  private void readDimensions(int tag, Dimensions shape) {
    if (wireType(tag) == VARINT) {
      shape.add(message.readVarint());
      return;
    }
    long end = enter(tag);
    while (!message.isAtEnd()) {
      shape.add(message.readVarint());
    }
    message.leave(end);
  }

  /** An entry of a map is a message: the key is field 1, the value field 2. */
  private void readParameter(int entryTag, Map<String, Object> parameters) {
    long end = enter(entryTag);
    String key = "";
    Object value = null;
    for (int tag = message.readTag(); tag != 0; tag = message.readTag()) {
      switch (field(tag)) {
        case 1 -> key = string(tag);
        case 2 -> value = readValue(tag);
        default -> message.skip(tag);
      }
    }
    message.leave(end);
    if (value == null) {
      throw message.malformed("parameter '%s' has no value".formatted(key));
    }
    parameters.put(key, value);
    if (++parameterCount > MOST) {
      throw tooMany("parameters");
    }
  }

  private @Nullable Object readValue(int valueTag) {
    long end = enter(valueTag);
    Object value = null;
    for (int tag = message.readTag(); tag != 0; tag = message.readTag()) {
      switch (field(tag)) {
        case 1 -> value = varint(tag) != 0;
        case 2 -> value = varint(tag);
        case 3 -> value = string(tag);
        case 4 -> {
          message.expect(tag, FIXED64);
          value = message.readDouble();
        }
        case 5 -> value = unsigned(varint(tag));
        default -> message.skip(tag);
      }
    }
    message.leave(end);
    return value;
  }

  private static Object unsigned(long bits) {
    return bits >= 0 ? (Object) bits : new BigInteger(Long.toUnsignedString(bits));
  }

  private long enter(int tag) {
    message.expect(tag, DELIMITED);
    return message.enter(message.readDelimited());
  }

  private String string(int tag) {
    message.expect(tag, DELIMITED);
    return message.readString();
  }

  private long varint(int tag) {
    message.expect(tag, VARINT);
    return message.readVarint();
  }

  private <T> void add(T element, List<T> list, String what) {
    if (list.size() == MOST) {
      throw tooMany(what);
    }
    list.add(element);
  }

  private RuntimeException tooMany(String what) {
    return message.malformed("it has more than %d %s".formatted(MOST, what));
  }

  private static @Nullable String emptyAsNull(String text) {
    return text.isEmpty() ? null : text;
  }

  /** The shape of an input, as it is read. */
  private final class Dimensions {

    private long[] dimensions = new long[4];
    private int rank;

    void add(long dimension) {
      if (rank == MOST) {
        throw tooMany("dimensions");
      }
      if (rank == dimensions.length) {
        dimensions = Arrays.copyOf(dimensions, 2 * rank);
      }
      dimensions[rank++] = dimension;
    }

    long[] toArray() {
      return Arrays.copyOf(dimensions, rank);
    }
  }
}

package dev.verhulst.client.codec;

import dev.verhulst.client.protocol.Datatype;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/** Reads the JSON of an inference answer, in whatever order its properties stand. */
final class AnswerHeaderReader {

  private final byte[] json;
  private @Nullable String modelName;
  private @Nullable String modelVersion;
  private @Nullable String id;
  private final Map<String, Object> parameters = new LinkedHashMap<>();
  private final List<AnswerHeader.Output> outputs = new ArrayList<>();

  private AnswerHeaderReader(byte[] json) {
    this.json = json;
  }

  static AnswerHeader read(byte[] json) throws ProtocolException {
    return Json.read(json, new AnswerHeaderReader(json)::read);
  }

  private AnswerHeader read(JsonParser parser) throws ProtocolException {
    Json.readObject(
        parser,
        property -> {
          switch (property) {
            case "model_name" -> modelName = Json.readString(parser);
            case "model_version" -> modelVersion = optionalString(parser);
            case "id" -> id = optionalString(parser);
            case "parameters" -> readParameters(parser);
            case "outputs" ->
                Json.readArray(parser, () -> outputs.add(new OutputReader().read(parser)));
            default -> parser.skipChildren();
          }
        });
    if (modelName == null) {
      throw new ProtocolException("the answer has no \"model_name\"");
    }
    return new AnswerHeader(modelName, modelVersion, id, parameters, outputs);
  }

  private void readParameters(JsonParser parser) throws ProtocolException {
    if (parser.currentToken().isStructStart()) {
      parameters.putAll(Json.readParameters(parser));
    }
  }

  /** KServe writes null where it has nothing to say, and some servers a number for a version. */
  private static @Nullable String optionalString(JsonParser parser) {
    return parser.getValueAsString(null);
  }

  /** Reads one output. */
  private final class OutputReader {

    private @Nullable String name;
    private @Nullable Datatype datatype;
    private long @Nullable [] shape;
    private @Nullable ByteBuffer data;
    private int dataStart = -1;
    private int dataEnd;
    private @Nullable Long binarySize;

    AnswerHeader.Output read(JsonParser parser) throws ProtocolException {
      Json.readObject(
          parser,
          property -> {
            switch (property) {
              case "name" -> name = Json.readString(parser);
              case "datatype" -> datatype = readDatatype(parser);
              case "shape" -> shape = readShape(parser);
              case "data" -> readData(parser);
              case "parameters" -> readParameters(parser);
              default -> parser.skipChildren();
            }
          });
      return finish();
    }

    private void readData(JsonParser parser) throws ProtocolException {
      if (datatype != null) {
        data = JsonElements.read(parser, datatype);
      } else {
        // The numbers cannot be read before their type is known: come back to them.
        dataStart = Math.toIntExact(parser.currentTokenLocation().getByteOffset());
        parser.skipChildren();
        dataEnd = Math.toIntExact(parser.currentLocation().getByteOffset());
      }
    }

    private void readParameters(JsonParser parser) throws ProtocolException {
      if (parser.currentToken().isStructStart()
          && Json.readParameters(parser).get("binary_data_size") instanceof Long size) {
        binarySize = size;
      }
    }

    private AnswerHeader.Output finish() throws ProtocolException {
      String label = name == null ? "an output" : "output '" + name + "'";
      if (name == null || datatype == null || shape == null) {
        throw new ProtocolException(label + " lacks its \"name\", \"datatype\" or \"shape\"");
      }
      if (dataStart >= 0) {
        try (JsonParser parser = Json.parser(json, dataStart, dataEnd - dataStart)) {
          parser.nextToken();
          data = JsonElements.read(parser, datatype);
        }
      }
      if ((data == null) == (binarySize == null)) {
        throw new ProtocolException(
            label + " must have one of \"data\" and \"binary_data_size\", and not both");
      }
      long size = binarySize == null ? 0 : binarySize;
      if (size < 0 || size > Integer.MAX_VALUE) {
        throw new ProtocolException(
            label + " has " + size + " bytes; the client takes 0 to 2^31 - 1 for one output");
      }
      return new AnswerHeader.Output(name, datatype, shape, data, size);
    }
  }

  private static Datatype readDatatype(JsonParser parser) throws ProtocolException {
    String name = Json.readString(parser);
    return Datatype.find(name)
        .orElseThrow(() -> new ProtocolException("unknown datatype '" + name + "'"));
  }

  private static long[] readShape(JsonParser parser) throws ProtocolException {
    List<Long> dimensions = new ArrayList<>();
    Json.readArray(parser, () -> dimensions.add(Json.readLong(parser)));
    return dimensions.stream().mapToLong(Long::longValue).toArray();
  }
}

package dev.verhulst.client.codec;

import dev.verhulst.client.metadata.ModelMetadata;
import dev.verhulst.client.metadata.ServerMetadata;
import dev.verhulst.client.metadata.TensorMetadata;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads the metadata of servers and models. What the client does not know is left out. */
public final class MetadataReader {

  private MetadataReader() {}

  public static ServerMetadata server(byte[] json) throws ProtocolException {
    return Json.read(
        json,
        parser -> {
          Map<String, String> texts = new HashMap<>();
          List<String> extensions = new ArrayList<>();
          Json.readObject(
              parser,
              property -> {
                switch (property) {
                  case "name", "version" -> texts.put(property, Json.readString(parser));
                  case "extensions" -> readStrings(parser, extensions);
                  default -> parser.skipChildren();
                }
              });
          return new ServerMetadata(
              require("name", texts.get("name")),
              require("version", texts.get("version")),
              extensions);
        });
  }

  public static ModelMetadata model(byte[] json) throws ProtocolException {
    return Json.read(
        json,
        parser -> {
          Map<String, String> texts = new HashMap<>();
          List<String> versions = new ArrayList<>();
          List<TensorMetadata> inputs = new ArrayList<>();
          List<TensorMetadata> outputs = new ArrayList<>();
          Json.readObject(
              parser,
              property -> {
                switch (property) {
                  case "name", "platform" -> texts.put(property, Json.readString(parser));
                  case "versions" -> readStrings(parser, versions);
                  case "inputs" -> readTensors(parser, inputs);
                  case "outputs" -> readTensors(parser, outputs);
                  default -> parser.skipChildren();
                }
              });
          return new ModelMetadata(
              require("name", texts.get("name")),
              versions,
              texts.getOrDefault("platform", ""),
              inputs,
              outputs);
        });
  }

  private static void readTensors(JsonParser parser, List<TensorMetadata> tensors)
      throws ProtocolException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    Json.readArray(parser, () -> tensors.add(readTensor(parser)));
  }

  private static TensorMetadata readTensor(JsonParser parser) throws ProtocolException {
    Map<String, String> texts = new HashMap<>();
    List<Long> shape = new ArrayList<>();
    Json.readObject(
        parser,
        property -> {
          switch (property) {
            case "name", "datatype" -> texts.put(property, Json.readString(parser));
            case "shape" -> Json.readArray(parser, () -> shape.add(Json.readLong(parser)));
            default -> parser.skipChildren();
          }
        });
    return new TensorMetadata(
        require("name", texts.get("name")), require("datatype", texts.get("datatype")), shape);
  }

  private static void readStrings(JsonParser parser, List<String> strings)
      throws ProtocolException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    Json.readArray(parser, () -> strings.add(Json.readString(parser)));
  }

  private static String require(String property, @Nullable String value) throws ProtocolException {
    if (value == null) {
      throw new ProtocolException("the answer has no \"" + property + "\"");
    }
    return value;
  }
}

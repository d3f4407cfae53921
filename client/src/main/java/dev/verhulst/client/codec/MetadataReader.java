package dev.verhulst.client.codec;

import dev.verhulst.client.metadata.ModelConfiguration;
import dev.verhulst.client.metadata.ModelMetadata;
import dev.verhulst.client.metadata.ServerMetadata;
import dev.verhulst.client.metadata.TensorMetadata;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

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
                  case "name", "version" -> texts.put(property, Json.readText(parser));
                  case "extensions" -> readStrings(parser, extensions);
                  default -> parser.skipChildren();
                }
              });
          return new ServerMetadata(
              require("name", texts.get("name")), texts.getOrDefault("version", ""), extensions);
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
                  case "name", "platform" -> texts.put(property, Json.readText(parser));
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

  public static ModelConfiguration configuration(byte[] json) throws ProtocolException {
    return Json.read(
        json,
        parser -> {
          Map<String, String> texts = new HashMap<>();
          Map<String, Long> numbers = new HashMap<>();
          List<TensorMetadata> inputs = new ArrayList<>();
          List<TensorMetadata> outputs = new ArrayList<>();
          Json.readObject(
              parser,
              property -> {
                switch (property) {
                  case "name", "platform", "backend" -> texts.put(property, Json.readText(parser));
                  case "max_batch_size" -> numbers.put(property, Json.readLenientLong(parser));
                  case "input" -> readTensors(parser, inputs);
                  case "output" -> readTensors(parser, outputs);
                  default -> parser.skipChildren();
                }
              });
          return new ModelConfiguration(
              require("name", texts.get("name")),
              texts.getOrDefault("platform", ""),
              texts.getOrDefault("backend", ""),
              numbers.getOrDefault("max_batch_size", 0L),
              inputs,
              outputs,
              new String(json, StandardCharsets.UTF_8));
        });
  }

  private static void readTensors(JsonParser parser, List<TensorMetadata> tensors)
      throws ProtocolException {
    Json.readOptionalArray(parser, () -> tensors.add(readTensor(parser)));
  }

  private static TensorMetadata readTensor(JsonParser parser) throws ProtocolException {
    Map<String, String> texts = new HashMap<>();
    List<Long> shape = new ArrayList<>();
    Json.readObject(
        parser,
        property -> {
          switch (property) {
            case "name", "datatype" -> texts.put(property, Json.readString(parser));
            case "data_type" -> texts.put("datatype", datatype(Json.readString(parser)));
            case "shape", "dims" ->
                Json.readOptionalArray(parser, () -> shape.add(Json.readLenientLong(parser)));
            default -> parser.skipChildren();
          }
        });
    return new TensorMetadata(
        require("name", texts.get("name")), require("datatype", texts.get("datatype")), shape);
  }

  private static void readStrings(JsonParser parser, List<String> strings)
      throws ProtocolException {
    Json.readOptionalArray(parser, () -> strings.add(Json.readString(parser)));
  }

  /** The protocol's name for the datatype of a configuration, such as {@code TYPE_FP32}. */
  private static String datatype(String type) {
    return type.equals("TYPE_STRING") ? "BYTES" : type.replaceFirst("^TYPE_", "");
  }

  private static String require(String property, @Nullable String value) throws ProtocolException {
    if (value == null) {
      throw new ProtocolException("the answer has no \"" + property + "\"");
    }
    return value;
  }
}

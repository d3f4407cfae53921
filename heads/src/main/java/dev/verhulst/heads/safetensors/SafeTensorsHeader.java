package dev.verhulst.heads.safetensors;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * The header of a file: which tensors there are, of which type and shape, and where. What it says
 * is checked before anything is read by it.
 *
 * @param tensors the tensors by name, in the order of the header
 * @param metadata what the file says about itself
 */
record SafeTensorsHeader(Map<String, TensorInfo> tensors, Map<String, String> metadata) {

  private static final String METADATA = "__metadata__";
  private static final int MAX_DIMENSIONS = 32;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(4).maxNumberLength(20).build())
          .build();

  /**
   * Reads a header.
   *
   * @param json its text, in UTF-8
   * @param dataSize how many bytes follow it in the file
   */
  static SafeTensorsHeader parse(byte[] json, long dataSize) throws SafeTensorsException {
    if (json.length == 0 || json[0] != '{') {
      throw new SafeTensorsException("the header does not begin with '{'; expected a JSON object");
    }
    Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    // Jackson's parser would take other encodings than UTF-8 too; the format knows none.
    try (JsonParser parser = JSON.createParser(Utf8.decode(json))) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        if (name.equals(METADATA)) {
          readMetadata(parser, metadata);
        } else {
          tensors.put(name, readTensor(parser, name));
        }
      }
      if (parser.nextToken() != null) {
        throw new SafeTensorsException("the header goes on after its JSON object");
      }
    } catch (JacksonException e) {
      throw new SafeTensorsException("the header is not valid JSON: " + e.getOriginalMessage(), e);
    }
    checkOffsets(tensors, dataSize);
    return new SafeTensorsHeader(tensors, metadata);
  }

  private static void readMetadata(JsonParser parser, Map<String, String> metadata)
      throws SafeTensorsException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new SafeTensorsException("'__metadata__' is no object; expected names and strings");
    }
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_STRING) {
        throw new SafeTensorsException(
            "'__metadata__' has no string for '%s'; expected strings only".formatted(name));
      }
      metadata.put(name, parser.getString());
    }
  }

  private static TensorInfo readTensor(JsonParser parser, String name) throws SafeTensorsException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new SafeTensorsException(
          "the header has no object for tensor '%s'; expected dtype, shape and data_offsets"
              .formatted(name));
    }
    ElementType type = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = parser.currentName();
      parser.nextToken();
      switch (key) {
        case "dtype" -> type = readType(parser, name);
        case "shape" -> shape = readIntegers(parser, name, key);
        case "data_offsets" -> offsets = readIntegers(parser, name, key);
        default ->
            throw new SafeTensorsException(
                "tensor '%s' has an unknown key '%s'; expected dtype, shape and data_offsets"
                    .formatted(name, key));
      }
    }
    return tensor(name, type, shape, offsets);
  }

  private static TensorInfo tensor(
      String name,
      @Nullable ElementType type,
      @Nullable List<Long> shape,
      @Nullable List<Long> offsets)
      throws SafeTensorsException {
    if (type == null || shape == null || offsets == null) {
      throw new SafeTensorsException(
          "tensor '%s' has no %s"
              .formatted(name, type == null ? "dtype" : shape == null ? "shape" : "data_offsets"));
    }
    if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
      throw new SafeTensorsException(
          "tensor '%s' has data_offsets %s; expected where it begins and where it ends"
              .formatted(name, offsets));
    }
    long size = type.byteSize();
    for (long dimension : shape) {
      if (dimension != 0 && size > Long.MAX_VALUE / dimension) {
        throw new SafeTensorsException(
            "tensor '%s' of shape %s has more bytes than there can be".formatted(name, shape));
      }
      size *= dimension;
    }
    if (offsets.get(1) - offsets.get(0) != size) {
      throw new SafeTensorsException(
          "tensor '%s' of type %s and shape %s needs %d bytes, but its data_offsets %s leave %d"
              .formatted(name, type, shape, size, offsets, offsets.get(1) - offsets.get(0)));
    }
    return new TensorInfo(type, shape, offsets.get(0), offsets.get(1));
  }

  private static ElementType readType(JsonParser parser, String name) throws SafeTensorsException {
    String text = parser.currentToken() == JsonToken.VALUE_STRING ? parser.getString() : "";
    return ElementType.named(text)
        .orElseThrow(
            () ->
                new SafeTensorsException(
                    "tensor '%s' has the unknown dtype '%s'; known are %s"
                        .formatted(name, text, List.of(ElementType.values()))));
  }

  private static List<Long> readIntegers(JsonParser parser, String name, String key)
      throws SafeTensorsException {
    List<Long> integers = new ArrayList<>();
    boolean valid = parser.currentToken() == JsonToken.START_ARRAY;
    while (valid && parser.nextToken() != JsonToken.END_ARRAY) {
      valid =
          parser.currentToken() == JsonToken.VALUE_NUMBER_INT
              && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER
              && parser.getLongValue() >= 0
              && integers.size() < MAX_DIMENSIONS;
      if (valid) {
        integers.add(parser.getLongValue());
      }
    }
    if (!valid) {
      throw new SafeTensorsException(
          "tensor '%s' has no valid %s; expected at most %d integers from 0 to 2^63 - 1"
              .formatted(name, key, MAX_DIMENSIONS));
    }
    return integers;
  }

  /** Tensors fill the data without overlap and without holes, in any order. */
  private static void checkOffsets(Map<String, TensorInfo> tensors, long dataSize)
      throws SafeTensorsException {
    List<Map.Entry<String, TensorInfo>> sorted = new ArrayList<>(tensors.entrySet());
    sorted.sort(
        Comparator.comparingLong((Map.Entry<String, TensorInfo> e) -> e.getValue().begin())
            .thenComparingLong(e -> e.getValue().end()));
    long end = 0;
    for (Map.Entry<String, TensorInfo> entry : sorted) {
      TensorInfo tensor = entry.getValue();
      if (tensor.end() > dataSize) {
        throw new SafeTensorsException(
            "tensor '%s' ends at byte %d of the data, which has %d; the file is cut short or its header wrong"
                .formatted(entry.getKey(), tensor.end(), dataSize));
      }
      if (tensor.begin() != end) {
        throw new SafeTensorsException(
            "tensor '%s' begins at byte %d of the data, %s; expected byte %d"
                .formatted(
                    entry.getKey(),
                    tensor.begin(),
                    tensor.begin() < end ? "inside another tensor" : "after a hole",
                    end));
      }
      end = tensor.end();
    }
    if (end != dataSize) {
      throw new SafeTensorsException(
          "the data has %d bytes, of which the tensors take %d; nothing may be left over"
              .formatted(dataSize, end));
    }
  }
}

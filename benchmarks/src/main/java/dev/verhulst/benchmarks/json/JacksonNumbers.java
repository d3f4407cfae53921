package dev.verhulst.benchmarks.json;

import dev.verhulst.kernels.DataType;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Numbers in JSON through Jackson's streaming parser and generator, as fast as it can: without a
 * tree, with its fast number parser (which is fastdoubleparser) and its fast number writer. It has
 * no 16-bit types: they go by way of double and float.
 */
final class JacksonNumbers {

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
          .build();

  private JacksonNumbers() {}

  /** Reads the first array of the name {@code data}. */
  static void read(byte[] request, DataType dataType, MemorySegment tensor) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), request)) {
      JsonToken token;
      while ((token = parser.nextToken()) != null) {
        if (token == JsonToken.START_ARRAY && "data".equals(parser.currentName())) {
          readArray(parser, dataType, tensor);
          return;
        }
      }
      throw new IllegalArgumentException("the request has no data");
    }
  }

  private static void readArray(JsonParser parser, DataType dataType, MemorySegment tensor) {
    int count = 0;
    if (dataType == DataType.FP32) {
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        tensor.setAtIndex(ValueLayout.JAVA_FLOAT, count++, parser.getFloatValue());
      }
    } else {
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        Elements.put(dataType, tensor, count++, parser.getDoubleValue());
      }
    }
  }

  /** Writes a tensor's elements as an array. */
  static void write(DataType dataType, MemorySegment tensor, OutputStream out) {
    int count = (int) (tensor.byteSize() / dataType.byteSize());
    try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      generator.writeStartArray();
      for (int i = 0; i < count; i++) {
        if (dataType == DataType.FP64) {
          generator.writeNumber(tensor.getAtIndex(ValueLayout.JAVA_DOUBLE, i));
        } else {
          generator.writeNumber(Elements.asFloat(dataType, tensor, i));
        }
      }
      generator.writeEndArray();
    }
  }
}

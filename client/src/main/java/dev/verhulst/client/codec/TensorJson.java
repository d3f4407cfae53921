package dev.verhulst.client.codec;

import dev.verhulst.client.inference.IntegerRange;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.protocol.BFloat16;
import dev.verhulst.client.protocol.Float16;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JsonGenerator;

/** Writes a tensor's elements as a flat JSON array, each number so that it reads back the same. */
final class TensorJson {

  private TensorJson() {}

  static void writeData(Tensor tensor, JsonGenerator json) {
    json.writeStartArray();
    ByteBuffer bytes = tensor.bytes();
    switch (tensor.datatype()) {
      case FP32 -> {
        while (bytes.hasRemaining()) {
          json.writeNumber(bytes.getFloat());
        }
      }
      case FP64 -> {
        while (bytes.hasRemaining()) {
          json.writeNumber(bytes.getDouble());
        }
      }
      case FP16 -> {
        while (bytes.hasRemaining()) {
          json.writeNumber(Float16.toFloat(bytes.getShort()));
        }
      }
      case BF16 -> {
        while (bytes.hasRemaining()) {
          json.writeNumber(BFloat16.toFloat(bytes.getShort()));
        }
      }
      case BOOL -> {
        while (bytes.hasRemaining()) {
          json.writeBoolean(bytes.get() != 0);
        }
      }
      case UINT64 -> {
        while (bytes.hasRemaining()) {
          json.writeNumber(Long.toUnsignedString(bytes.getLong()));
        }
      }
      case UINT8, UINT16, UINT32, INT8, INT16, INT32, INT64 -> {
        IntegerRange range = IntegerRange.of(tensor.datatype());
        while (bytes.hasRemaining()) {
          json.writeNumber(range.get(bytes));
        }
      }
      case BYTES -> tensor.toByteArrays().forEach(element -> json.writeString(text(element)));
    }
    json.writeEndArray();
  }

  /** JSON has text only; other bytes would arrive as something else. */
  private static String text(byte[] element) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(element)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "an element of BYTES is no UTF-8 text, which JSON cannot carry; use the encoding BINARY",
          e);
    }
  }
}

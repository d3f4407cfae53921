package dev.verhulst.client.codec;

import dev.verhulst.client.inference.IntegerRange;
import dev.verhulst.client.protocol.BFloat16;
import dev.verhulst.client.protocol.Datatype;
import dev.verhulst.client.protocol.Float16;
import java.math.BigInteger;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads the {@code data} of an output, flat or nested. NaN and the infinities may be bare literals,
 * or strings as some servers write them.
 */
final class JsonElements {

  private static final BigInteger UINT64_LIMIT = BigInteger.ONE.shiftLeft(64);

  private final JsonParser parser;
  private final Datatype datatype;
  private final GrowingBytes bytes = new GrowingBytes();

  private JsonElements(JsonParser parser, Datatype datatype) {
    this.parser = parser;
    this.datatype = datatype;
  }

  /** The elements' bytes, of the array on which the parser stands. */
  static ByteBuffer read(JsonParser parser, Datatype datatype) throws ProtocolException {
    JsonElements elements = new JsonElements(parser, datatype);
    Json.readArray(parser, elements::readElement);
    return elements.bytes.toBuffer();
  }

  private void readElement() throws ProtocolException {
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      Json.readArray(parser, this::readElement);
      return;
    }
    switch (datatype) {
      case FP32 -> bytes.withRoomFor(4).putFloat(readFloat());
      case FP64 -> bytes.withRoomFor(8).putDouble(readDouble());
      case FP16 -> bytes.withRoomFor(2).putShort(Float16.fromDouble(readDouble()));
      case BF16 -> bytes.withRoomFor(2).putShort(BFloat16.fromDouble(readDouble()));
      case BOOL -> bytes.withRoomFor(1).put((byte) (readBoolean() ? 1 : 0));
      case UINT64 -> bytes.withRoomFor(8).putLong(readUnsignedLong());
      case UINT8, UINT16, UINT32, INT8, INT16, INT32, INT64 -> {
        IntegerRange range = IntegerRange.of(datatype);
        range.put(bytes.withRoomFor(range.byteSize()), readInteger(range));
      }
      case BYTES -> {
        byte[] element = Json.readString(parser).getBytes(StandardCharsets.UTF_8);
        bytes.withRoomFor(4 + element.length).putInt(element.length).put(element);
      }
    }
  }

  private float readFloat() throws ProtocolException {
    return parser.currentToken().isNumeric() ? parser.getFloatValue() : (float) readSpecial();
  }

  private double readDouble() throws ProtocolException {
    return parser.currentToken().isNumeric() ? parser.getDoubleValue() : readSpecial();
  }

  private double readSpecial() throws ProtocolException {
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      switch (parser.getString()) {
        case "NaN":
          return Double.NaN;
        case "Infinity":
          return Double.POSITIVE_INFINITY;
        case "-Infinity":
          return Double.NEGATIVE_INFINITY;
        default:
          break;
      }
    }
    throw Json.malformed("expected a number", parser);
  }

  private boolean readBoolean() throws ProtocolException {
    return switch (parser.currentToken()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_INT -> parser.getLongValue() != 0;
      default -> throw Json.malformed("expected true or false", parser);
    };
  }

  private long readInteger(IntegerRange range) throws ProtocolException {
    long value = Json.readLong(parser);
    if (!range.contains(value)) {
      throw Json.malformed("expected an element of " + datatype, parser);
    }
    return value;
  }

  private long readUnsignedLong() throws ProtocolException {
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
      BigInteger value = parser.getBigIntegerValue();
      if (value.signum() >= 0 && value.compareTo(UINT64_LIMIT) < 0) {
        return value.longValue();
      }
    }
    throw Json.malformed("expected an element of UINT64", parser);
  }
}

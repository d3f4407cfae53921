package dev.verhulst.client.codec;

import java.math.BigInteger;
import java.net.ProtocolException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.json.JsonWriteFeature;

/** JSON as inference servers write it: with the bare literals NaN, Infinity and -Infinity. */
final class Json {

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
          .build();

  private Json() {}

  static JsonGenerator generator(java.io.OutputStream output) {
    return FACTORY.createGenerator(ObjectWriteContext.empty(), output);
  }

  static JsonParser parser(byte[] json, int offset, int length) {
    return FACTORY.createParser(ObjectReadContext.empty(), json, offset, length);
  }

  /** Reads one document, and nothing after it. */
  interface Reader<T> {
    T read(JsonParser parser) throws ProtocolException;
  }

  /**
   * Reads a whole document.
   *
   * @throws ProtocolException where it is no JSON, or not what the reader expects
   */
  static <T> T read(byte[] json, Reader<T> reader) throws ProtocolException {
    try (JsonParser parser = parser(json, 0, json.length)) {
      parser.nextToken();
      T value = reader.read(parser);
      if (parser.nextToken() != null) {
        throw malformed("expected nothing after the document", parser);
      }
      return value;
    } catch (JacksonException e) {
      throw (ProtocolException)
          new ProtocolException("expected JSON: " + e.getOriginalMessage() + at(e.getLocation()))
              .initCause(e);
    }
  }

  /** Something to do with one property of an object; the parser stands on the value. */
  interface PropertyReader {
    void read(String name) throws ProtocolException;
  }

  /** Reads the object on which the parser stands, property by property. */
  static void readObject(JsonParser parser, PropertyReader properties) throws ProtocolException {
    expect(JsonToken.START_OBJECT, "an object", parser);
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      properties.read(name);
    }
  }

  /** Something to do with one element of an array; the parser stands on it. */
  interface ElementReader {
    void read() throws ProtocolException;
  }

  /** Reads the array on which the parser stands, element by element. */
  static void readArray(JsonParser parser, ElementReader elements) throws ProtocolException {
    expect(JsonToken.START_ARRAY, "an array", parser);
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.read();
    }
  }

  static String readString(JsonParser parser) throws ProtocolException {
    expect(JsonToken.VALUE_STRING, "a string", parser);
    return parser.getString();
  }

  /** Reads a string, or a number as it is written; the empty string where there is null. */
  static String readText(JsonParser parser) throws ProtocolException {
    return switch (parser.currentToken()) {
      case VALUE_NULL -> "";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getString();
      default -> readString(parser);
    };
  }

  /** Reads an integer, also one in a string, as protocol buffers write them; 0 for null. */
  static long readLenientLong(JsonParser parser) throws ProtocolException {
    switch (parser.currentToken()) {
      case VALUE_NULL:
        return 0;
      case VALUE_STRING:
        try {
          return Long.parseLong(parser.getString());
        } catch (NumberFormatException e) {
          throw malformed("expected an integer", parser);
        }
      default:
        return readLong(parser);
    }
  }

  /** {@link #readObject}, and nothing where there is null. */
  static void readOptionalObject(JsonParser parser, PropertyReader properties)
      throws ProtocolException {
    if (parser.currentToken() != JsonToken.VALUE_NULL) {
      readObject(parser, properties);
    }
  }

  /** {@link #readArray}, and nothing where there is null. */
  static void readOptionalArray(JsonParser parser, ElementReader elements)
      throws ProtocolException {
    if (parser.currentToken() != JsonToken.VALUE_NULL) {
      readArray(parser, elements);
    }
  }

  static long readLong(JsonParser parser) throws ProtocolException {
    expect(JsonToken.VALUE_NUMBER_INT, "an integer", parser);
    return parser.getLongValue();
  }

  /** Reads an object of strings, booleans and numbers; what else it holds is left out. */
  static Map<String, Object> readParameters(JsonParser parser) throws ProtocolException {
    Map<String, Object> parameters = new LinkedHashMap<>();
    readObject(
        parser,
        name -> {
          switch (parser.currentToken()) {
            case VALUE_STRING -> parameters.put(name, parser.getString());
            case VALUE_TRUE, VALUE_FALSE -> parameters.put(name, parser.getBooleanValue());
            case VALUE_NUMBER_INT -> parameters.put(name, integer(parser.getBigIntegerValue()));
            case VALUE_NUMBER_FLOAT -> parameters.put(name, parser.getDoubleValue());
            case VALUE_NULL, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE -> {}
            case START_OBJECT, START_ARRAY -> parser.skipChildren();
            case END_OBJECT, END_ARRAY, PROPERTY_NAME ->
                throw new IllegalStateException("this is a bug: no value at " + name);
          }
        });
    return parameters;
  }

  /** A Long, of an unsigned integer all 64 bits as in gRPC; a Double where there are more. */
  private static Number integer(BigInteger value) {
    int bits = value.bitLength();
    if (bits < Long.SIZE || (bits == Long.SIZE && value.signum() > 0)) {
      return value.longValue();
    }
    return value.doubleValue();
  }

  static ProtocolException malformed(String expected, JsonParser parser) {
    return new ProtocolException(
        expected + ", got " + parser.currentToken() + at(parser.currentTokenLocation()));
  }

  private static void expect(JsonToken token, String description, JsonParser parser)
      throws ProtocolException {
    if (parser.currentToken() != token) {
      throw malformed("expected " + description, parser);
    }
  }

  /** Where it is; the empty string where the parser does not say, as of limits that are passed. */
  private static String at(@Nullable TokenStreamLocation location) {
    return location == null ? "" : " at byte " + location.getByteOffset() + " of the answer's JSON";
  }
}

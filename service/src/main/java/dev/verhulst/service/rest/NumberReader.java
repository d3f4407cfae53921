package dev.verhulst.service.rest;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.kernels.DataType;
import dev.verhulst.service.inference.InferenceException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * Reads a JSON array of numbers, nested or flat, straight into a tensor. It holds numbers to JSON's
 * syntax, and takes the literals {@code NaN}, {@code Infinity} and {@code -Infinity} too, bare or
 * as strings. Not thread-safe; reusable.
 */
final class NumberReader {

  /** How long a number may be; the window holds at least that much. */
  static final int MAXIMUM_NUMBER_LENGTH = 1000;

  private final JsonText text;
  private final String tensor;
  private final long expected;
  private final ElementWriter elements;

  private byte[] bytes;
  private int position;
  private int limit;

  private NumberReader(
      JsonText text, String tensor, long expected, DataType dataType, MemorySegment to) {
    this.text = text;
    this.tensor = tensor;
    this.expected = expected;
    this.elements = new ElementWriter(dataType, to);
    this.bytes = text.window();
  }

  /**
   * Reads an array.
   *
   * @param start where in the text its bracket opens
   * @param tensor what messages call it, e.g. {@code input 'x' for model 'sigmoid'}
   * @param expected how many elements it must have
   * @throws InferenceException of kind INVALID_ARGUMENT where it is not that
   */
  static void read(
      JsonText text,
      long start,
      String tensor,
      long expected,
      DataType dataType,
      MemorySegment to) {
    NumberReader reader = new NumberReader(text, tensor, expected, dataType, to);
    reader.position = text.seek(start) + 1;
    reader.limit = text.limit();
    reader.readArray();
  }

  private void readArray() {
    long count = 0;
    int depth = 1;
    boolean expectValue = true;
    boolean afterComma = false;
    while (true) {
      if (limit - position <= MAXIMUM_NUMBER_LENGTH && !text.isLast()) {
        text.slide(position);
        position = 0;
        limit = text.limit();
      }
      if (position == limit) {
        throw syntax("it ends too early");
      }
      byte b = bytes[position];
      if (b == ' ' || b == '\n' || b == '\r' || b == '\t') {
        position++;
      } else if (b == ']') {
        if (expectValue && afterComma) {
          throw syntax("expected a number after ','");
        }
        position++;
        expectValue = false;
        if (--depth == 0) {
          break;
        }
      } else if (expectValue) {
        if (b == '[') {
          position++;
          afterComma = false;
          if (++depth > FrameScanner.MAXIMUM_DEPTH) {
            throw syntax("it is nested too deep");
          }
        } else {
          readValue(count++);
          expectValue = false;
        }
      } else if (b == ',') {
        position++;
        expectValue = true;
        afterComma = true;
      } else {
        throw syntax("expected ',' or ']'");
      }
    }
    if (count < expected) {
      throw invalidArgument(
          "%s holds fewer elements than its shape has: expected %d, got %d"
              .formatted(tensor, expected, count));
    }
  }

  private void readValue(long index) {
    if (index == expected) {
      throw invalidArgument(
          "%s holds more elements than its shape has: expected %d".formatted(tensor, expected));
    }
    byte b = bytes[position];
    boolean infinity = b == '-' && position + 1 < limit && bytes[position + 1] == 'I';
    if (infinity || (b != '-' && !isDigit(b))) {
      elements.putLiteral(index, readLiteral());
    } else if (!readNumber(index)) {
      throw invalidArgument(
          "element %d of %s is beyond the range of %s; write Infinity where that is meant"
              .formatted(index, tensor, elements.dataType()));
    }
  }

  private double readLiteral() {
    byte b = bytes[position];
    boolean quoted = b == '"';
    if (quoted) {
      position++;
      b = position < limit ? bytes[position] : 0;
    }
    double value;
    switch (b) {
      case 'N' -> {
        literal("NaN");
        value = Double.NaN;
      }
      case 'I' -> {
        literal("Infinity");
        value = Double.POSITIVE_INFINITY;
      }
      case '-' -> {
        literal("-Infinity");
        value = Double.NEGATIVE_INFINITY;
      }
      default -> throw syntax("expected a number");
    }
    if (quoted) {
      literal("\"");
    }
    return value;
  }

  private void literal(String literal) {
    for (int i = 0; i < literal.length(); i++) {
      if (position == limit || bytes[position] != literal.charAt(i)) {
        throw syntax("expected a number");
      }
      position++;
    }
  }

  /** Reads a number by JSON's grammar, and puts it to its place. */
  private boolean readNumber(long index) {
    byte[] b = bytes;
    int start = position;
    int p = start;
    if (b[p] == '-') {
      p++;
    }
    long significand = 0;
    int digits = 0;
    int scale = 0;
    int first = p;
    for (; p < limit && isDigit(b[p]); p++) {
      if (digits < ElementWriter.MAXIMUM_DIGITS) {
        significand = 10 * significand + (b[p] - '0');
        digits += significand == 0 ? 0 : 1;
      } else {
        scale++;
        digits++;
      }
    }
    if (p == first || (b[first] == '0' && p > first + 1)) {
      position = first;
      throw syntax(p == first ? "expected a digit" : "a number must not begin with 0");
    }
    if (p < limit && b[p] == '.') {
      p++;
      int fraction = p;
      while (digits <= ElementWriter.MAXIMUM_DIGITS - EightBytes.LENGTH
          && p <= limit - EightBytes.LENGTH
          && (significand != 0 || b[p] != '0')) {
        long eight = EightBytes.at(b, p);
        if (!EightBytes.areDigits(eight)) {
          break;
        }
        significand = 100_000_000 * significand + EightBytes.number(eight);
        digits += EightBytes.LENGTH;
        scale -= EightBytes.LENGTH;
        p += EightBytes.LENGTH;
      }
      for (; p < limit && isDigit(b[p]); p++) {
        if (digits < ElementWriter.MAXIMUM_DIGITS) {
          significand = 10 * significand + (b[p] - '0');
          digits += significand == 0 ? 0 : 1;
          scale--;
        } else {
          digits++;
        }
      }
      if (p == fraction) {
        position = p;
        throw syntax("expected a digit after '.'");
      }
    }
    if (p < limit && (b[p] == 'e' || b[p] == 'E')) {
      p++;
      boolean negativeExponent = p < limit && b[p] == '-';
      if (p < limit && (b[p] == '-' || b[p] == '+')) {
        p++;
      }
      int exponentStart = p;
      int exponent = 0;
      for (; p < limit && isDigit(b[p]); p++) {
        exponent = Math.min(10 * exponent + (b[p] - '0'), 100_000);
      }
      if (p == exponentStart) {
        position = p;
        throw syntax("expected a digit in the exponent");
      }
      scale += negativeExponent ? -exponent : exponent;
    }
    if (p - start > MAXIMUM_NUMBER_LENGTH) {
      throw syntax("a number must not be longer than " + MAXIMUM_NUMBER_LENGTH + " characters");
    }
    position = p;
    return elements.put(
        index, b, start, p - start, significand, scale, digits > ElementWriter.MAXIMUM_DIGITS);
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private InferenceException syntax(String what) {
    int end = Math.min(limit, position + 20);
    return invalidArgument(
        "failed to parse the request JSON buffer: 'data' of %s: %s at byte %d, at '%s'"
            .formatted(
                tensor,
                what,
                text.offset(position),
                new String(bytes, position, end - position, StandardCharsets.UTF_8)));
  }
}

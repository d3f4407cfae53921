package dev.verhulst.service.rest;

import dev.verhulst.kernels.DataType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Writes the elements of a tensor as JSON numbers, each as the shortest decimal that reads back as
 * the very value in the tensor's type, in the layout of {@link Double#toString(double)}. NaN and
 * the infinities are written bare, as the protocol's other servers do. Allocates nothing. Not
 * thread-safe; reusable.
 */
final class NumberWriter {

  /** The longest number, {@code -2.2250738585072014E-308}, and its comma. */
  private static final int LONGEST = 26;

  /** From here on up, and below its inverse times ten, numbers are written with an exponent. */
  private static final int PLAIN_DIGITS = 7;

  private final ShortestDecimal decimal = new ShortestDecimal();
  private final byte[] digits = new byte[20];

  /** Writes a tensor's elements, with commas between them. */
  void write(DataType dataType, MemorySegment tensor, JsonSink sink) throws IOException {
    long elements = tensor.byteSize() / dataType.byteSize();
    for (long i = 0; i < elements; i++) {
      int at = sink.reserve(LONGEST);
      byte[] to = sink.buffer();
      if (i > 0) {
        to[at++] = ',';
      }
      sink.advanceTo(
          switch (dataType) {
            case FP16 -> narrow(dataType, tensor.get(ValueLayout.JAVA_SHORT, 2 * i), to, at);
            case BF16 -> narrow(dataType, tensor.get(ValueLayout.JAVA_SHORT, 2 * i), to, at);
            case FP32 -> single(tensor.get(ValueLayout.JAVA_INT, 4 * i), to, at);
            case FP64 -> wide(tensor.get(ValueLayout.JAVA_LONG, 8 * i), to, at);
          });
    }
  }

  private int narrow(DataType dataType, short bits, byte[] to, int at) {
    int infinity = dataType == DataType.FP16 ? 0x7C00 : 0x7F80;
    return positive(
        dataType,
        bits & 0x7FFF,
        infinity,
        to,
        bits < 0 ? sign(bits & 0x7FFF, infinity, to, at) : at);
  }

  private int single(int bits, byte[] to, int at) {
    int magnitude = bits & 0x7FFFFFFF;
    int infinity = 0x7F800000;
    return positive(
        DataType.FP32, magnitude, infinity, to, bits < 0 ? sign(magnitude, infinity, to, at) : at);
  }

  private int wide(long bits, byte[] to, int at) {
    long magnitude = bits & Long.MAX_VALUE;
    long infinity = 0x7FF0000000000000L;
    if (magnitude > infinity) {
      return ascii("NaN", to, at);
    }
    if (bits < 0) {
      to[at++] = '-';
    }
    if (magnitude == infinity) {
      return ascii("Infinity", to, at);
    }
    if (magnitude == 0) {
      return ascii("0.0", to, at);
    }
    decimal.ofDouble(magnitude);
    return layOut(to, at);
  }

  private int positive(DataType dataType, int magnitude, int infinity, byte[] to, int at) {
    if (magnitude >= infinity) {
      return ascii(magnitude == infinity ? "Infinity" : "NaN", to, at);
    }
    if (magnitude == 0) {
      return ascii("0.0", to, at);
    }
    decimal.ofNarrow(dataType, magnitude);
    return layOut(to, at);
  }

  /** NaN has no sign in JSON. */
  private static int sign(int magnitude, int infinity, byte[] to, int at) {
    if (magnitude <= infinity) {
      to[at++] = '-';
    }
    return at;
  }

  /** Writes the decimal, plain or with an exponent, and returns where it ends. */
  private int layOut(byte[] to, int at) {
    int first = digits.length;
    long rest = decimal.digits();
    int power = decimal.exponent();
    while (rest % 10 == 0) {
      rest /= 10;
      power++;
    }
    while (rest != 0) {
      digits[--first] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    int count = digits.length - first;
    // The decimal point stands behind the first digit where the exponent is 0.
    int exponent = power + count - 1;
    if (exponent >= 0 && exponent < PLAIN_DIGITS) {
      return plain(first, count, exponent, to, at);
    }
    if (exponent < 0 && exponent >= -3) {
      to[at++] = '0';
      to[at++] = '.';
      for (int i = exponent + 1; i < 0; i++) {
        to[at++] = '0';
      }
      System.arraycopy(digits, first, to, at, count);
      return at + count;
    }
    at = plain(first, count, 0, to, at);
    to[at++] = 'E';
    return integer(exponent, to, at);
  }

  /** Writes the digits with a point behind the digit at {@code exponent}, and one behind it. */
  private int plain(int first, int count, int exponent, byte[] to, int at) {
    for (int i = 0; i <= exponent; i++) {
      to[at++] = i < count ? digits[first + i] : (byte) '0';
    }
    to[at++] = '.';
    if (count <= exponent + 1) {
      to[at++] = '0';
      return at;
    }
    int fraction = count - exponent - 1;
    System.arraycopy(digits, first + exponent + 1, to, at, fraction);
    return at + fraction;
  }

  private static int integer(int value, byte[] to, int at) {
    if (value < 0) {
      to[at++] = '-';
      value = -value;
    }
    if (value >= 100) {
      to[at++] = (byte) ('0' + value / 100);
    }
    if (value >= 10) {
      to[at++] = (byte) ('0' + value / 10 % 10);
    }
    to[at++] = (byte) ('0' + value % 10);
    return at;
  }

  @SuppressWarnings("deprecation") // getBytes of the low bytes: all there is in ASCII, no garbage
  private static int ascii(String text, byte[] to, int at) {
    text.getBytes(0, text.length(), to, at);
    return at + text.length();
  }
}

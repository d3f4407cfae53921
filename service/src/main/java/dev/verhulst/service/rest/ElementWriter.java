package dev.verhulst.service.rest;

import ch.randelshofer.fastdoubleparser.JavaDoubleParser;
import ch.randelshofer.fastdoubleparser.JavaFloatParser;
import dev.verhulst.client.protocol.BFloat16;
import dev.verhulst.client.protocol.Float16;
import dev.verhulst.kernels.DataType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/**
 * Writes decimal numbers into a tensor, each rounded once, to the nearest value of the tensor's
 * type, ties to even. Most are decided by one multiplication in double; where that leaves a doubt,
 * the text is read again, exactly.
 */
final class ElementWriter {

  /** How many digits of a significand are kept: what surely fits a long. */
  static final int MAXIMUM_DIGITS = 18;

  private static final long EXACT_SIGNIFICAND = 1L << Double.PRECISION;

  /** The powers of ten that a double holds exactly. */
  private static final double[] POWERS_OF_TEN = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  /**
   * More than the relative error of {@link #approximate}: half an ulp each for the significand's
   * conversion, for the multiplication and for digits beyond the 18th, and for this factor itself.
   */
  private static final double DOUBT = 0x1p-50;

  private final DataType dataType;
  private final MemorySegment to;

  ElementWriter(DataType dataType, MemorySegment to) {
    this.dataType = dataType;
    this.to = to;
  }

  DataType dataType() {
    return dataType;
  }

  /** Writes a value that every type has: NaN or an infinity. */
  void putLiteral(long index, double value) {
    switch (dataType) {
      case FP16 -> putShort(index, Float16.fromDouble(value));
      case BF16 -> putShort(index, BFloat16.fromDouble(value));
      case FP32 -> to.set(ValueLayout.JAVA_FLOAT, 4 * index, (float) value);
      case FP64 -> to.set(ValueLayout.JAVA_DOUBLE, 8 * index, value);
    }
  }

  /**
   * Writes {@code ± significand · 10^scale}.
   *
   * @param text holds the number as it is written, from {@code start}, {@code length} bytes long
   * @param significand without its sign
   * @param truncated whether the number has more digits than {@code significand} keeps
   * @return whether the type's range holds it; where not, nothing is written
   */
  boolean put(
      long index,
      byte[] text,
      int start,
      int length,
      long significand,
      int scale,
      boolean truncated) {
    boolean negative = text[start] == '-';
    boolean near = Math.abs(scale) < POWERS_OF_TEN.length;
    double magnitude = near ? approximate(significand, scale) : Double.NaN;
    boolean exact = near && !truncated && significand <= EXACT_SIGNIFICAND;
    switch (dataType) {
      case FP16 -> {
        short low = Float16.fromDouble(magnitude * (1 - DOUBT));
        short high = Float16.fromDouble(magnitude * (1 + DOUBT));
        short nearest =
            near && low == high ? low : Float16.fromDouble(roundedToOdd(text, start, length));
        return putShort(index, nearest, negative, 0x7C00);
      }
      case BF16 -> {
        short low = BFloat16.fromDouble(magnitude * (1 - DOUBT));
        short high = BFloat16.fromDouble(magnitude * (1 + DOUBT));
        short nearest =
            near && low == high ? low : BFloat16.fromDouble(roundedToOdd(text, start, length));
        return putShort(index, nearest, negative, 0x7F80);
      }
      case FP32 -> {
        float low = (float) (magnitude * (1 - DOUBT));
        float high = (float) (magnitude * (1 + DOUBT));
        float nearest =
            near && low == high ? low : Math.abs(JavaFloatParser.parseFloat(text, start, length));
        to.set(ValueLayout.JAVA_FLOAT, 4 * index, negative ? -nearest : nearest);
        return nearest != Float.POSITIVE_INFINITY;
      }
      case FP64 -> {
        double nearest =
            exact ? magnitude : truncated ? Double.NaN : LongDecimal.toDouble(significand, scale);
        if (Double.isNaN(nearest)) {
          nearest = Math.abs(JavaDoubleParser.parseDouble(text, start, length));
        }
        to.set(ValueLayout.JAVA_DOUBLE, 8 * index, negative ? -nearest : nearest);
        return nearest != Double.POSITIVE_INFINITY;
      }
    }
    throw new IllegalStateException("this is a bug: no type " + dataType);
  }

  /** The value, correctly rounded where the significand is exact in a double. */
  private static double approximate(long significand, int scale) {
    return scale < 0 ? significand / POWERS_OF_TEN[-scale] : significand * POWERS_OF_TEN[scale];
  }

  /**
   * The magnitude as a double whose last bit is odd unless it is exact: it lies on the same side of
   * every value of a narrower type, and of their midpoints, as the number itself.
   */
  private static double roundedToOdd(byte[] text, int start, int length) {
    double nearest = Math.abs(JavaDoubleParser.parseDouble(text, start, length));
    // Neither 0 nor infinity is anything else in a narrower type; their exponents can be endless.
    if (nearest == 0
        || Double.isInfinite(nearest)
        || (Double.doubleToRawLongBits(nearest) & 1) == 1) {
      return nearest;
    }
    BigDecimal exact =
        new BigDecimal(new String(text, start, length, StandardCharsets.US_ASCII)).abs();
    int side = exact.compareTo(new BigDecimal(nearest));
    return side == 0 ? nearest : side > 0 ? Math.nextUp(nearest) : Math.nextDown(nearest);
  }

  private boolean putShort(long index, short magnitude, boolean negative, int infinity) {
    putShort(index, (short) (negative ? magnitude | 0x8000 : magnitude));
    return magnitude != infinity;
  }

  private void putShort(long index, short bits) {
    to.set(ValueLayout.JAVA_SHORT, 2 * index, bits);
  }
}

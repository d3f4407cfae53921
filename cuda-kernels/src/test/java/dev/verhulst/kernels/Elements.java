package dev.verhulst.kernels;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/** Elements of every type in native memory, read and written as doubles. */
public final class Elements {

  private Elements() {}

  public static double get(MemorySegment segment, DataType dataType, long index) {
    long offset = index * dataType.byteSize();
    return switch (dataType) {
      case FP16 -> Float.float16ToFloat(segment.get(JAVA_SHORT_UNALIGNED, offset));
      case BF16 -> Float.intBitsToFloat(segment.get(JAVA_SHORT_UNALIGNED, offset) << 16);
      case FP32 -> segment.get(JAVA_FLOAT_UNALIGNED, offset);
      case FP64 -> segment.get(JAVA_DOUBLE_UNALIGNED, offset);
    };
  }

  /** Writes a value, rounded to the type (cut, for BF16: any element near it will do). */
  public static void set(MemorySegment segment, DataType dataType, long index, double value) {
    long offset = index * dataType.byteSize();
    switch (dataType) {
      case FP16 -> segment.set(JAVA_SHORT_UNALIGNED, offset, Float.floatToFloat16((float) value));
      case BF16 ->
          segment.set(
              JAVA_SHORT_UNALIGNED, offset, (short) (Float.floatToIntBits((float) value) >>> 16));
      case FP32 -> segment.set(JAVA_FLOAT_UNALIGNED, offset, (float) value);
      case FP64 -> segment.set(JAVA_DOUBLE_UNALIGNED, offset, value);
    }
  }

  /** Writes all of an array from the first element on. */
  public static void setAll(MemorySegment segment, DataType dataType, double[] values) {
    for (int i = 0; i < values.length; i++) {
      set(segment, dataType, i, values[i]);
    }
  }

  /** The first elements. */
  public static double[] getAll(MemorySegment segment, DataType dataType, int count) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = get(segment, dataType, i);
    }
    return values;
  }

  /**
   * Fails where a result is further from the definition than the type explains. Called for millions
   * of elements, so it says what they are only when it fails.
   */
  static void assertClose(double actual, double expected, double tolerance, Supplier<String> what) {
    if (!(Math.abs(actual - expected) <= tolerance)) {
      throw new AssertionError(
          "%s is %s, expected %s (within %s)".formatted(what.get(), actual, expected, tolerance));
    }
  }

  /**
   * How far a result may be from the definition, relative to the larger of the two and 1: what the
   * type can tell apart, and a little more. The kernels' accuracy is tested elsewhere.
   */
  static double tolerance(DataType dataType) {
    return switch (dataType) {
      case FP16 -> 0x1p-10;
      case BF16 -> 0x1p-7;
      case FP32 -> 0x1p-20;
      case FP64 -> 0x1p-46;
    };
  }
}

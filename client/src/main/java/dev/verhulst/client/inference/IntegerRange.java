package dev.verhulst.client.inference;

import dev.verhulst.client.protocol.Datatype;
import java.nio.ByteBuffer;

/**
 * The range of an integer datatype and its way into a buffer and back.
 *
 * @param byteSize the size of an element
 * @param minimum the smallest value
 * @param maximum the largest value; UINT64 has that of a long, its upper half being negative
 * @param unsigned whether a read value is zero-extended
 */
public record IntegerRange(int byteSize, long minimum, long maximum, boolean unsigned) {

  /**
   * The range of that datatype.
   *
   * @throws IllegalArgumentException where it is no integer datatype
   */
  public static IntegerRange of(Datatype datatype) {
    return switch (datatype) {
      case INT8, INT16, INT32, INT64 -> signed(datatype.byteSize());
      case UINT8, UINT16, UINT32 -> unsigned(datatype.byteSize());
      case UINT64 -> new IntegerRange(8, Long.MIN_VALUE, Long.MAX_VALUE, true);
      case BOOL, FP16, BF16, FP32, FP64, BYTES ->
          throw new IllegalArgumentException(
              "expected an integer datatype (INT8 to INT64, UINT8 to UINT64), got " + datatype);
    };
  }

  public boolean contains(long value) {
    return value >= minimum && value <= maximum;
  }

  /** Puts a value at the buffer's position. */
  public void put(ByteBuffer bytes, long value) {
    switch (byteSize) {
      case 1 -> bytes.put((byte) value);
      case 2 -> bytes.putShort((short) value);
      case 4 -> bytes.putInt((int) value);
      default -> bytes.putLong(value);
    }
  }

  /** Gets the value at the buffer's position. */
  public long get(ByteBuffer bytes) {
    return switch (byteSize) {
      case 1 -> unsigned ? Byte.toUnsignedLong(bytes.get()) : bytes.get();
      case 2 -> unsigned ? Short.toUnsignedLong(bytes.getShort()) : bytes.getShort();
      case 4 -> unsigned ? Integer.toUnsignedLong(bytes.getInt()) : bytes.getInt();
      default -> bytes.getLong();
    };
  }

  private static IntegerRange signed(int byteSize) {
    long maximum = Long.MAX_VALUE >> (64 - 8 * byteSize);
    return new IntegerRange(byteSize, -maximum - 1, maximum, false);
  }

  private static IntegerRange unsigned(int byteSize) {
    return new IntegerRange(byteSize, 0, (1L << (8 * byteSize)) - 1, true);
  }
}

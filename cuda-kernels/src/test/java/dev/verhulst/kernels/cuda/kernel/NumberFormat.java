package dev.verhulst.kernels.cuda.kernel;

import dev.verhulst.kernels.DataType;
import java.nio.ByteBuffer;
import java.util.Locale;

/** How numbers of a data type lie in memory, and how others are rounded to them. */
public enum NumberFormat {
  FP16(DataType.FP16) {
    @Override
    double get(ByteBuffer bytes, int index) {
      return Float.float16ToFloat(bytes.getShort(2 * index));
    }

    @Override
    void put(ByteBuffer bytes, int index, double number) {
      bytes.putShort(2 * index, Float.floatToFloat16((float) number));
    }
  },
  BF16(DataType.BF16) {
    @Override
    double get(ByteBuffer bytes, int index) {
      return Float.intBitsToFloat(bytes.getShort(2 * index) << 16);
    }

    @Override
    void put(ByteBuffer bytes, int index, double number) {
      bytes.putShort(2 * index, nearestBf16((float) number));
    }
  },
  FP32(DataType.FP32) {
    @Override
    double get(ByteBuffer bytes, int index) {
      return bytes.getFloat(4 * index);
    }

    @Override
    void put(ByteBuffer bytes, int index, double number) {
      bytes.putFloat(4 * index, (float) number);
    }
  },
  FP64(DataType.FP64) {
    @Override
    double get(ByteBuffer bytes, int index) {
      return bytes.getDouble(8 * index);
    }

    @Override
    void put(ByteBuffer bytes, int index, double number) {
      bytes.putDouble(8 * index, number);
    }
  };

  private final DataType dataType;

  NumberFormat(DataType dataType) {
    this.dataType = dataType;
  }

  public static NumberFormat of(DataType dataType) {
    return valueOf(dataType.name());
  }

  /** The number at a place of a tensor. */
  abstract double get(ByteBuffer bytes, int index);

  /** Rounds a number to the type, to nearest even, and writes it. */
  abstract void put(ByteBuffer bytes, int index, double number);

  /** The number of the type that is nearest to a number of FP32. */
  public double nearest(double number) {
    ByteBuffer one = ByteBuffer.allocate(Double.BYTES);
    put(one, 0, number);
    return get(one, 0);
  }

  DataType dataType() {
    return dataType;
  }

  int byteSize() {
    return dataType.byteSize();
  }

  /** Its part of a kernel's name. */
  String entryPart() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static short nearestBf16(float number) {
    int bits = Float.floatToRawIntBits(number);
    return (short) (Float.isNaN(number) ? 0x7fc0 : bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }
}

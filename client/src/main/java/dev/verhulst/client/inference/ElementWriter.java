package dev.verhulst.client.inference;

import dev.verhulst.client.protocol.BFloat16;
import dev.verhulst.client.protocol.Datatype;
import dev.verhulst.client.protocol.Float16;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Arrays to the bytes of tensors. */
final class ElementWriter {

  private ElementWriter() {}

  static ByteBuffer fp32(float[] values) {
    ByteBuffer bytes = allocate(Datatype.FP32, values.length);
    bytes.asFloatBuffer().put(values);
    return bytes;
  }

  static ByteBuffer fp64(double[] values) {
    ByteBuffer bytes = allocate(Datatype.FP64, values.length);
    bytes.asDoubleBuffer().put(values);
    return bytes;
  }

  static ByteBuffer fp16(float[] values) {
    ByteBuffer bytes = allocate(Datatype.FP16, values.length);
    for (float value : values) {
      bytes.putShort(Float16.fromFloat(value));
    }
    return bytes.flip();
  }

  static ByteBuffer bf16(float[] values) {
    ByteBuffer bytes = allocate(Datatype.BF16, values.length);
    for (float value : values) {
      bytes.putShort(BFloat16.fromFloat(value));
    }
    return bytes.flip();
  }

  static ByteBuffer bool(boolean[] values) {
    ByteBuffer bytes = allocate(Datatype.BOOL, values.length);
    for (boolean value : values) {
      bytes.put((byte) (value ? 1 : 0));
    }
    return bytes.flip();
  }

  static ByteBuffer integers(Datatype datatype, long[] values) {
    IntegerRange range = IntegerRange.of(datatype);
    ByteBuffer bytes = allocate(datatype, values.length);
    for (long value : values) {
      if (!range.contains(value)) {
        throw new IllegalArgumentException(
            datatype + " holds " + range.minimum() + " to " + range.maximum() + ", got " + value);
      }
      range.put(bytes, value);
    }
    return bytes.flip();
  }

  static ByteBuffer strings(List<String> values) {
    List<byte[]> encoded =
        values.stream().map(value -> value.getBytes(StandardCharsets.UTF_8)).toList();
    long size = encoded.stream().mapToLong(element -> 4L + element.length).sum();
    ByteBuffer bytes = allocate(Datatype.BYTES, size);
    encoded.forEach(element -> bytes.putInt(element.length).put(element));
    return bytes.flip();
  }

  private static ByteBuffer allocate(Datatype datatype, long count) {
    long size = count * Math.max(datatype.byteSize(), 1);
    if (size > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a tensor of the client holds at most 2^31 - 1 bytes, got "
              + size
              + "; send the elements in parts");
    }
    return ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
  }
}

package dev.verhulst.client.inference;

import dev.verhulst.client.protocol.BFloat16;
import dev.verhulst.client.protocol.Datatype;
import dev.verhulst.client.protocol.Float16;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The bytes of tensors to arrays. */
final class ElementReader {

  private ElementReader() {}

  static float[] floats(Tensor tensor) {
    float[] values = new float[length(tensor)];
    ByteBuffer bytes = tensor.bytes();
    switch (tensor.datatype()) {
      case FP32 -> bytes.asFloatBuffer().get(values);
      case FP16 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = Float16.toFloat(bytes.getShort());
        }
      }
      case BF16 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = BFloat16.toFloat(bytes.getShort());
        }
      }
      case FP64 -> throw wrongDatatype(tensor, "FP16, BF16 or FP32; toDoubles() reads FP64");
      case BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, BYTES ->
          throw wrongDatatype(tensor, "FP16, BF16 or FP32");
    }
    return values;
  }

  static double[] doubles(Tensor tensor) {
    double[] values = new double[length(tensor)];
    if (tensor.datatype() == Datatype.FP64) {
      tensor.bytes().asDoubleBuffer().get(values);
      return values;
    }
    float[] narrow = floats(tensor);
    for (int i = 0; i < values.length; i++) {
      values[i] = narrow[i];
    }
    return values;
  }

  static long[] longs(Tensor tensor) {
    IntegerRange range = IntegerRange.of(tensor.datatype());
    ByteBuffer bytes = tensor.bytes();
    long[] values = new long[length(tensor)];
    for (int i = 0; i < values.length; i++) {
      values[i] = range.get(bytes);
    }
    return values;
  }

  static boolean[] booleans(Tensor tensor) {
    if (tensor.datatype() != Datatype.BOOL) {
      throw wrongDatatype(tensor, "BOOL");
    }
    ByteBuffer bytes = tensor.bytes();
    boolean[] values = new boolean[length(tensor)];
    for (int i = 0; i < values.length; i++) {
      values[i] = bytes.get() != 0;
    }
    return values;
  }

  static List<String> strings(Tensor tensor) {
    return byteArrays(tensor).stream()
        .map(element -> new String(element, StandardCharsets.UTF_8))
        .toList();
  }

  static List<byte[]> byteArrays(Tensor tensor) {
    if (tensor.datatype() != Datatype.BYTES) {
      throw wrongDatatype(tensor, "BYTES");
    }
    List<byte[]> values = new ArrayList<>(length(tensor));
    ByteBuffer bytes = tensor.bytes();
    while (bytes.hasRemaining()) {
      byte[] element = new byte[bytes.getInt()];
      bytes.get(element);
      values.add(element);
    }
    return values;
  }

  /**
   * How many elements of a BYTES tensor there are.
   *
   * @throws IllegalArgumentException where the last one is cut off
   */
  static long countByteArrays(ByteBuffer bytes) {
    long count = 0;
    while (bytes.hasRemaining()) {
      long length = bytes.remaining() < 4 ? -1 : Integer.toUnsignedLong(bytes.getInt());
      if (length < 0 || length > bytes.remaining()) {
        throw new IllegalArgumentException("BYTES element " + count + " is cut off");
      }
      bytes.position(bytes.position() + (int) length);
      count++;
    }
    return count;
  }

  private static int length(Tensor tensor) {
    return Math.toIntExact(tensor.elements());
  }

  private static IllegalArgumentException wrongDatatype(Tensor tensor, String expected) {
    return new IllegalArgumentException("expected a tensor of " + expected + ", got " + tensor);
  }
}

package dev.verhulst.client.inference;

import dev.verhulst.client.protocol.Datatype;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * A tensor: a datatype, a shape, and the elements in row-major order as the binary tensor extension
 * writes them, little-endian. The factories copy an array; {@link #wrap} takes a buffer as it is.
 *
 * <p>A shape left out is that of a vector. A wrapped buffer must not change while a call is under
 * way; apart from that tensors are immutable and thread-safe.
 */
public final class Tensor {

  private final Datatype datatype;
  private final long[] shape;
  private final long elements;
  private final ByteBuffer bytes;

  private Tensor(Datatype datatype, long[] shape, ByteBuffer bytes) {
    this.datatype = datatype;
    this.shape = shape;
    this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    this.elements = Shape.elements(shape);
    checkSize();
  }

  /** FP32. */
  public static Tensor of(float[] values, long... shape) {
    return new Tensor(
        Datatype.FP32, Shape.orVector(shape, values.length), ElementWriter.fp32(values));
  }

  /** FP64. */
  public static Tensor of(double[] values, long... shape) {
    return new Tensor(
        Datatype.FP64, Shape.orVector(shape, values.length), ElementWriter.fp64(values));
  }

  /** FP16, each value rounded to nearest even. */
  public static Tensor fp16(float[] values, long... shape) {
    return new Tensor(
        Datatype.FP16, Shape.orVector(shape, values.length), ElementWriter.fp16(values));
  }

  /** BF16, each value rounded to nearest even. */
  public static Tensor bf16(float[] values, long... shape) {
    return new Tensor(
        Datatype.BF16, Shape.orVector(shape, values.length), ElementWriter.bf16(values));
  }

  /** BOOL. */
  public static Tensor of(boolean[] values, long... shape) {
    return new Tensor(
        Datatype.BOOL, Shape.orVector(shape, values.length), ElementWriter.bool(values));
  }

  /** INT32. */
  public static Tensor of(int[] values, long... shape) {
    return integers(Datatype.INT32, Arrays.stream(values).asLongStream().toArray(), shape);
  }

  /** INT64. */
  public static Tensor of(long[] values, long... shape) {
    return integers(Datatype.INT64, values, shape);
  }

  /**
   * Any integer datatype.
   *
   * @param values each within the datatype's range; UINT64 takes all 64 bits as they are
   */
  public static Tensor integers(Datatype datatype, long[] values, long... shape) {
    return new Tensor(
        datatype, Shape.orVector(shape, values.length), ElementWriter.integers(datatype, values));
  }

  /** BYTES: strings in UTF-8. */
  public static Tensor of(List<String> values, long... shape) {
    return new Tensor(
        Datatype.BYTES, Shape.orVector(shape, values.size()), ElementWriter.strings(values));
  }

  /**
   * A tensor over the buffer's remaining bytes, without a copy. A direct buffer goes to the socket
   * from where it is.
   *
   * @param bytes the elements, little-endian, and of that byte order itself, since a buffer that
   *     was filled in Java's default order would be silently wrong
   * @param shape the shape; a scalar's where it is left out
   */
  public static Tensor wrap(Datatype datatype, ByteBuffer bytes, long... shape) {
    if (datatype.byteSize() != 1 && bytes.order() != ByteOrder.LITTLE_ENDIAN) {
      throw new IllegalArgumentException(
          "the buffer is big-endian, tensors are little-endian: call"
              + " buffer.order(ByteOrder.LITTLE_ENDIAN) before filling it");
    }
    return new Tensor(datatype, shape.clone(), bytes);
  }

  public Datatype datatype() {
    return datatype;
  }

  /** The dimensions; empty for a scalar. */
  public long[] shape() {
    return shape.clone();
  }

  /** How many elements it has: the product of its dimensions. */
  public long elements() {
    return elements;
  }

  /** The elements' bytes, little-endian: a view that shares the tensor's memory. */
  public ByteBuffer bytes() {
    return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The elements of an FP16, BF16 or FP32 tensor, exactly. */
  public float[] toFloats() {
    return ElementReader.floats(this);
  }

  /** The elements of a tensor of any floating-point datatype, exactly. */
  public double[] toDoubles() {
    return ElementReader.doubles(this);
  }

  /** The elements of a tensor of any integer datatype; UINT64 as all 64 bits. */
  public long[] toLongs() {
    return ElementReader.longs(this);
  }

  /** The elements of a BOOL tensor. */
  public boolean[] toBooleans() {
    return ElementReader.booleans(this);
  }

  /** The elements of a BYTES tensor, read as UTF-8. */
  public List<String> toStrings() {
    return ElementReader.strings(this);
  }

  /** The elements of a BYTES tensor. */
  public List<byte[]> toByteArrays() {
    return ElementReader.byteArrays(this);
  }

  /** Datatype and shape, e.g. {@code FP32[2, 3]}. */
  @Override
  public String toString() {
    return datatype + Arrays.toString(shape);
  }

  private void checkSize() {
    if (datatype == Datatype.BYTES) {
      long found = ElementReader.countByteArrays(bytes());
      if (found != elements) {
        throw new IllegalArgumentException(
            this + " has " + elements + " elements, but its buffer holds " + found);
      }
    } else if (bytes.remaining() / datatype.byteSize() != elements
        || bytes.remaining() % datatype.byteSize() != 0) {
      throw new IllegalArgumentException(
          this
              + " has "
              + elements
              + " elements of "
              + datatype.byteSize()
              + " bytes, but was given "
              + bytes.remaining()
              + " bytes");
    }
  }
}

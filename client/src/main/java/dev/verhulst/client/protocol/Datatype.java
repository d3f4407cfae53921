package dev.verhulst.client.protocol;

import java.util.Arrays;
import java.util.Optional;

/** A tensor's element type, by its name on the wire (Open Inference Protocol v2). */
public enum Datatype {
  BOOL(1),
  UINT8(1),
  UINT16(2),
  UINT32(4),
  UINT64(8),
  INT8(1),
  INT16(2),
  INT32(4),
  INT64(8),
  FP16(2),
  BF16(2),
  FP32(4),
  FP64(8),
  /** Elements of any length, each with its length in front as an unsigned 32-bit integer. */
  BYTES(-1);

  private final int byteSize;

  Datatype(int byteSize) {
    this.byteSize = byteSize;
  }

  /** The size of one element in bytes; -1 for {@link #BYTES}. */
  public int byteSize() {
    return byteSize;
  }

  /** The datatype of that name, exactly as it is written on the wire. */
  public static Optional<Datatype> find(String name) {
    return Arrays.stream(values()).filter(datatype -> datatype.name().equals(name)).findFirst();
  }
}

package dev.verhulst.kernels;

/**
 * An element type that the kernels compute in. {@link #FP16} and {@link #BF16} are computed in FP32
 * and rounded once, to nearest even.
 */
public enum DataType {
  /** IEEE 754 binary16. */
  FP16(2),
  /** bfloat16: the upper half of a binary32. */
  BF16(2),
  /** IEEE 754 binary32. */
  FP32(4),
  /** IEEE 754 binary64. */
  FP64(8);

  private final int byteSize;

  DataType(int byteSize) {
    this.byteSize = byteSize;
  }

  /** The size of one element, in bytes. */
  public int byteSize() {
    return byteSize;
  }
}

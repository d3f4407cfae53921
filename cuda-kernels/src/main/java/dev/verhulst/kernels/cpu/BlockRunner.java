package dev.verhulst.kernels.cpu;

import dev.verhulst.kernels.DataType;

/** Runs a kernel over any number of elements of a data type. */
interface BlockRunner {

  /**
   * Runs the kernel over the operands in {@code scratch}, which it leaves in any state.
   *
   * @param count how many elements each operand has
   */
  void run(Kernel kernel, Scratch scratch, int count);

  /** The runner of kernels whose loops read and write the type itself. */
  static BlockRunner direct(DataType dataType) {
    return switch (dataType) {
      case FP16 -> DirectRunner.FP16;
      case BF16 -> DirectRunner.BF16;
      case FP32 -> DirectRunner.FP32;
      case FP64 -> DirectRunner.FP64;
    };
  }

  /** The runner of kernels whose loops compute in FP32 or FP64. */
  static BlockRunner of(DataType dataType) {
    return switch (dataType) {
      case FP16 -> HalfRunner.FP16;
      case BF16 -> HalfRunner.BF16;
      case FP32, FP64 -> direct(dataType);
    };
  }
}

package dev.verhulst.kernels.cpu;

/**
 * What a thread needs while it computes a block: the operands' addresses, and a piece of off-heap
 * memory that fits the first-level cache.
 */
final class Scratch {

  /** The size of the memory, in bytes. */
  static final int BYTE_SIZE = 32 * 1024;

  /** The room for one operand: 1024 floats, or the last vector of an operand. */
  static final int OPERAND_SIZE = 4 * 1024;

  static final int INPUTS = 4;
  static final int OUTPUTS = 2;

  /** The addresses of the operands of the block at hand; 0 for one that there is not. */
  final long[] inputs = new long[INPUTS];

  final long[] outputs = new long[OUTPUTS];

  /** How many elements of an input {@link #floats} has room for. */
  static final int FLOATS = 896;

  /** Room for elements of each input on the Java heap. */
  final float[][] floats = new float[INPUTS][FLOATS];

  private final long address;

  Scratch(long address) {
    this.address = address;
  }

  /** The address of the memory. */
  long address() {
    return address;
  }

  /** The address of the room for an input's elements. */
  long input(int index) {
    return address + (long) index * OPERAND_SIZE;
  }

  /** The address of the room for an output's elements. */
  long output(int index) {
    return address + (long) (INPUTS + index) * OPERAND_SIZE;
  }

  /** The address of the room for elements in their own type, on the way from or to memory. */
  long staging() {
    return address + (long) (INPUTS + OUTPUTS) * OPERAND_SIZE;
  }

  /** The address of a kernel's sum: a double, and another that rounding took from it. */
  long sum() {
    return address + (long) (INPUTS + OUTPUTS + 1) * OPERAND_SIZE;
  }

  void clearOperands() {
    for (int i = 0; i < INPUTS; i++) {
      inputs[i] = 0;
    }
    for (int i = 0; i < OUTPUTS; i++) {
      outputs[i] = 0;
    }
  }
}

package dev.verhulst.kernels.cpu;

/**
 * A loop over whole vectors, with everything bound but its memory: up to four inputs and two
 * outputs of the same length, by absolute address. Those that it has not are 0.
 */
interface Kernel {

  /** How many elements one iteration takes: a power of two. */
  int step();

  /**
   * Computes {@code count} elements, a multiple of {@link #step()}. The first output may be the
   * first input.
   *
   * @param scratch has the double that a kernel with a sum adds its own to, and another that it
   *     adds to what rounding took from that
   */
  void compute(
      long input0,
      long input1,
      long input2,
      long input3,
      long output0,
      long output1,
      int count,
      Scratch scratch);

  /**
   * Whether an element may be computed twice where that is convenient: not where elements are
   * summed.
   */
  boolean mayRepeat();

  /** What fills an input up to a whole vector: it leaves a sum as it is. */
  float padding(int input);
}

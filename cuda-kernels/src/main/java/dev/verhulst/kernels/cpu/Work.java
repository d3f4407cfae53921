package dev.verhulst.kernels.cpu;

/** A computation cut into blocks that are independent of each other. */
interface Work {

  /** How many blocks there are. */
  long blocks();

  /** About how many nanoseconds one thread takes for all of them, at full speed. */
  long nanoseconds();

  /**
   * Computes one block.
   *
   * @param scratch the computing thread's own while the block is computed
   */
  void compute(long block, Scratch scratch);
}

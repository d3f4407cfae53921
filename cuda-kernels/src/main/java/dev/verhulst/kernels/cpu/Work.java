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
   * @param scratch the address of {@link ScratchPool#SLOT_SIZE} bytes that are the block's own
   *     while it runs
   */
  void compute(long block, long scratch);
}

package dev.verhulst.kernels.cuda.ptx;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One thread of a launch: its registers, and where it stands. */
final class Lane {

  final long[] registers;
  final Block block;
  final int thread;
  int programCounter;
  State state = State.READY;
  @Nullable Shuffle shuffle;

  Lane(Block block, int thread, int registers) {
    this.block = block;
    this.thread = thread;
    this.registers = new long[registers];
  }

  /**
   * What a thread gives to the others of its warp, and wants from one of them.
   *
   * @param value what it gives
   * @param source the lane that it wants the value of
   * @param destination the register that takes it
   * @param valid the register that takes whether there is such a lane, or -1
   */
  record Shuffle(long value, int source, int destination, int valid) {}

  /** What a thread waits for. */
  enum State {
    READY,
    SHUFFLE,
    BARRIER,
    DONE
  }

  /**
   * What the threads of a block share.
   *
   * @param index its number in the grid
   * @param blocks how many blocks the grid has
   * @param threads how many threads a block has
   * @param parameters the kernel's arguments
   * @param shared the shared memory
   * @param memory the device's memory
   * @param approximation what the approximate instructions give
   */
  record Block(
      int index,
      int blocks,
      int threads,
      long[] parameters,
      ByteBuffer shared,
      DeviceMemory memory,
      Approximation approximation) {}

  @Override
  public String toString() {
    return "thread " + thread + " of block " + block.index();
  }
}

package dev.verhulst.kernels.cpu;

import dev.verhulst.kernels.HostBuffer;
import java.util.concurrent.atomic.AtomicLong;

/** Small pieces of off-heap memory, lent without allocating. */
final class ScratchPool implements AutoCloseable {

  /** The size of a piece, in bytes: it fits the first-level cache. */
  static final int SLOT_SIZE = 32 * 1024;

  private static final int SLOTS = Long.SIZE;

  private final HostBuffer memory = new CpuHostBuffer((long) SLOTS * SLOT_SIZE);
  private final AtomicLong free = new AtomicLong(-1);

  /** The address of a piece; waits for one while all are lent. */
  long lend() {
    while (true) {
      long before = free.get();
      if (before == 0) {
        Thread.yield();
      } else if (free.compareAndSet(before, before & (before - 1))) {
        return memory.segment().address() + Long.numberOfTrailingZeros(before) * (long) SLOT_SIZE;
      }
    }
  }

  void giveBack(long address) {
    long slot = (address - memory.segment().address()) / SLOT_SIZE;
    free.getAndUpdate(bits -> bits | 1L << slot);
  }

  @Override
  public void close() {
    memory.close();
  }
}

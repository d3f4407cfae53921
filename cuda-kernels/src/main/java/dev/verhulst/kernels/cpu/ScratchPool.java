package dev.verhulst.kernels.cpu;

import dev.verhulst.kernels.HostBuffer;
import java.util.concurrent.atomic.AtomicLong;

/** The {@link Scratch}es of a device, lent without allocating. */
final class ScratchPool implements AutoCloseable {

  private static final int SIZE = Long.SIZE;

  private final HostBuffer memory = new CpuHostBuffer((long) SIZE * Scratch.BYTE_SIZE);
  private final Scratch[] scratches = new Scratch[SIZE];
  private final AtomicLong free = new AtomicLong(-1);

  ScratchPool() {
    for (int i = 0; i < SIZE; i++) {
      scratches[i] = new Scratch(memory.segment().address() + (long) i * Scratch.BYTE_SIZE);
    }
  }

  /** Lends one; waits where more than {@value #SIZE} threads compute at once. */
  Scratch lend() {
    while (true) {
      long before = free.get();
      if (before == 0) {
        Thread.yield();
      } else if (free.compareAndSet(before, before & (before - 1))) {
        return scratches[Long.numberOfTrailingZeros(before)];
      }
    }
  }

  void giveBack(Scratch scratch) {
    long index = (scratch.address() - memory.segment().address()) / Scratch.BYTE_SIZE;
    free.getAndUpdate(bits -> bits | 1L << index);
  }

  @Override
  public void close() {
    memory.close();
  }
}

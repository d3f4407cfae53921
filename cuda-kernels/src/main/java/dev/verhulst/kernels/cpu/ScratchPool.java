package dev.verhulst.kernels.cpu;

import dev.verhulst.kernels.HostBuffer;
import java.util.concurrent.atomic.AtomicLongArray;

/** The {@link Scratch}es of a device, lent without allocating. */
final class ScratchPool implements AutoCloseable {

  private final HostBuffer memory;
  private final Scratch[] scratches;

  /** A bit for each scratch that is free. */
  private final AtomicLongArray free;

  /**
   * @param count how many there are at least
   */
  ScratchPool(int count) {
    int words = Math.ceilDiv(count, Long.SIZE);
    scratches = new Scratch[words * Long.SIZE];
    memory = new CpuHostBuffer((long) scratches.length * Scratch.BYTE_SIZE);
    for (int i = 0; i < scratches.length; i++) {
      scratches[i] = new Scratch(memory.segment().address() + (long) i * Scratch.BYTE_SIZE);
    }
    free = new AtomicLongArray(words);
    for (int word = 0; word < words; word++) {
      free.set(word, -1);
    }
  }

  /** Lends one; waits where all are lent, since none is for longer than a computation. */
  Scratch lend() {
    while (true) {
      for (int word = 0; word < free.length(); word++) {
        long before = free.get(word);
        while (before != 0) {
          if (free.compareAndSet(word, before, before & (before - 1))) {
            return scratches[word * Long.SIZE + Long.numberOfTrailingZeros(before)];
          }
          before = free.get(word);
        }
      }
      Thread.yield();
    }
  }

  void giveBack(Scratch scratch) {
    int index = (int) ((scratch.address() - memory.segment().address()) / Scratch.BYTE_SIZE);
    free.getAndUpdate(index / Long.SIZE, bits -> bits | 1L << index);
  }

  @Override
  public void close() {
    memory.close();
  }
}

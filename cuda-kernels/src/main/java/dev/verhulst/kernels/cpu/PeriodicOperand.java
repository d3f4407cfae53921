package dev.verhulst.kernels.cpu;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * An operand with one value per channel, which a kernel reads as if it were as long as the others:
 * from any element on, a run of some length lies in memory.
 */
final class PeriodicOperand implements AutoCloseable {

  private final @Nullable MemorySegment copy;
  private final long address;
  private final long period;
  private final int byteSize;

  /**
   * @param values one per channel
   * @param period how many channels there are
   * @param elements how many elements the other operands have
   * @param run the longest run that is read at once
   * @param byteSize the size of an element
   */
  PeriodicOperand(MemorySegment values, long period, long elements, int run, int byteSize) {
    this.period = period;
    this.byteSize = byteSize;
    if (elements <= period) {
      copy = null;
      address = values.address();
      return;
    }
    long length = Math.min(elements, period + run) * byteSize;
    copy = NativeMemory.allocate(length);
    address = copy.address();
    long done = Math.min(period * byteSize, length);
    NativeMemory.copy(values.address(), address, done);
    while (done < length) {
      long next = Math.min(done, length - done);
      NativeMemory.copy(address, address + done, next);
      done += next;
    }
  }

  /** The address from which the values of the elements from {@code first} on lie. */
  long at(long first) {
    return address + first % period * byteSize;
  }

  @Override
  public void close() {
    if (copy != null) {
      NativeMemory.free(copy);
    }
  }
}

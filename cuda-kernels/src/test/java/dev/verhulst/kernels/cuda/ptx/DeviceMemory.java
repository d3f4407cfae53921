package dev.verhulst.kernels.cuda.ptx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory of a simulated device: allocations far apart, so that an access outside of one never
 * lands in another. Every access is checked for bounds and alignment.
 */
public final class DeviceMemory {

  /** An address is an allocation's number, from 1 on, and an offset of so many bits. */
  private static final int OFFSET_BITS = 40;

  private final List<Allocation> allocations = new ArrayList<>();

  /**
   * Bytes of the device.
   *
   * @param size how many there are
   * @param start which of them is the first that is backed: a window into a larger allocation
   * @param bytes the backed ones
   */
  private record Allocation(long size, long start, ByteBuffer bytes) {}

  /** Allocates bytes and gives their address, a multiple of 256 as on a device. */
  public long allocate(long size) {
    return allocateWindow(size, 0, Math.toIntExact(size));
  }

  /**
   * Allocates more bytes than there are to back it: only a window of them can be used.
   *
   * @param size how many bytes the kernel may believe in
   * @param start the window's first byte
   * @param backed the window's size
   */
  public long allocateWindow(long size, long start, int backed) {
    ByteBuffer bytes = ByteBuffer.allocate(backed).order(ByteOrder.LITTLE_ENDIAN);
    allocations.add(new Allocation(size, start, bytes));
    return (long) allocations.size() << OFFSET_BITS;
  }

  /** The bytes behind an address up to the end of its allocation, for the host. */
  public ByteBuffer host(long address) {
    Allocation allocation = allocations.get((int) (address >>> OFFSET_BITS) - 1);
    int offset = (int) (offset(address) - allocation.start);
    ByteBuffer bytes = allocation.bytes;
    return bytes.slice(offset, bytes.capacity() - offset).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Where an access goes: the buffer of the allocation; {@link #index} gives the place in it.
   *
   * @throws PtxException where it is outside of every allocation, or not aligned
   */
  ByteBuffer access(long address, int size) {
    int number = (int) (address >>> OFFSET_BITS) - 1;
    if (number < 0 || number >= allocations.size()) {
      throw new PtxException(describe(size, address) + ": there is no allocation");
    }
    Allocation allocation = allocations.get(number);
    long offset = offset(address);
    if (offset + size > allocation.size) {
      throw new PtxException(
          describe(size, address)
              + ": out of bounds, byte "
              + offset
              + " of allocation "
              + (number + 1)
              + ", which has "
              + allocation.size);
    }
    if (offset % size != 0) {
      throw new PtxException(describe(size, address) + ": not aligned");
    }
    if (offset < allocation.start
        || offset + size > allocation.start + allocation.bytes.capacity()) {
      throw new PtxException(describe(size, address) + ": outside of the window that is backed");
    }
    return allocation.bytes;
  }

  /** The place of an address in the buffer that {@link #access} gave. */
  int index(long address) {
    return (int) (offset(address) - allocations.get((int) (address >>> OFFSET_BITS) - 1).start);
  }

  private static long offset(long address) {
    return address & (1L << OFFSET_BITS) - 1;
  }

  private static String describe(int size, long address) {
    return "access to " + size + " bytes at 0x" + Long.toHexString(address);
  }
}

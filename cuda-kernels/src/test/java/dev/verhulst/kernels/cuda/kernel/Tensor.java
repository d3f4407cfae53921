package dev.verhulst.kernels.cuda.kernel;

import dev.verhulst.kernels.cuda.ptx.DeviceMemory;
import java.nio.ByteBuffer;
import java.util.stream.IntStream;

/**
 * Numbers in simulated device memory.
 *
 * @param memory the device's memory
 * @param format the type of the elements
 * @param address where the first one lies
 * @param elements how many there are; the allocation ends after them
 */
record Tensor(DeviceMemory memory, NumberFormat format, long address, int elements) {

  /** An aligned tensor of zeros. */
  static Tensor allocate(DeviceMemory memory, NumberFormat format, int elements) {
    long bytes = (long) elements * format.byteSize();
    return new Tensor(memory, format, memory.allocate(bytes), elements);
  }

  /** A tensor of zeros whose first element lies one element after an aligned address. */
  static Tensor allocateMisaligned(DeviceMemory memory, NumberFormat format, int elements) {
    long bytes = (elements + 1L) * format.byteSize();
    return new Tensor(memory, format, memory.allocate(bytes) + format.byteSize(), elements);
  }

  /** Writes numbers, rounded to the type. */
  Tensor write(double[] numbers) {
    ByteBuffer bytes = memory.host(address);
    for (int i = 0; i < elements; i++) {
      format.put(bytes, i, numbers[i]);
    }
    return this;
  }

  double[] read() {
    ByteBuffer bytes = memory.host(address);
    return IntStream.range(0, elements).mapToDouble(i -> format.get(bytes, i)).toArray();
  }
}

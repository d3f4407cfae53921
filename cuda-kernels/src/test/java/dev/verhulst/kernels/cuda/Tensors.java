package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.DataType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Makes tensors in plain native memory, at addresses that are multiples of their element alone. */
final class Tensors implements AutoCloseable {

  private static final byte GUARD = 0x5b;

  private final Arena arena = Arena.ofShared();
  private final DataType dataType;
  private final RandomGenerator random;

  Tensors(DataType dataType, RandomGenerator random) {
    this.dataType = dataType;
    this.random = random;
  }

  /** A tensor of random elements between two bounds. */
  MemorySegment random(long elements, double lowest, double highest) {
    MemorySegment tensor = empty(elements);
    for (long i = 0; i < elements; i++) {
      Elements.set(tensor, dataType, i, random.nextDouble(lowest, highest));
    }
    return tensor;
  }

  /** A tensor for results, at an address that is no multiple of 16. */
  MemorySegment empty(long elements) {
    long byteSize = elements * dataType.byteSize();
    MemorySegment memory = arena.allocate(byteSize + 16, 16);
    return memory.fill(GUARD).asSlice(dataType.byteSize(), byteSize);
  }

  /** The elements as doubles. */
  double[] read(@Nullable MemorySegment tensor, long start, long elements) {
    double[] values = new double[(int) elements];
    for (int i = 0; tensor != null && i < elements; i++) {
      values[i] = Elements.get(tensor, dataType, start + i);
    }
    return values;
  }

  @Override
  public void close() {
    arena.close();
  }
}

package dev.verhulst.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Makes tensors in native memory, plain unless another is given, each between two stretches of
 * guard bytes that nobody may write to.
 */
public final class Tensors implements AutoCloseable {

  private static final long ALIGNMENT = 64;
  private static final long GUARD_SIZE = 2 * ALIGNMENT;
  private static final byte GUARD = 0x5b;

  private final Arena arena = Arena.ofShared();
  private final List<MemorySegment> guards = new ArrayList<>();
  private final DataType dataType;
  private final RandomGenerator random;
  private final long offset;
  private final SegmentAllocator memory;

  /** Tensors at addresses that are multiples of their element alone. */
  public Tensors(DataType dataType, RandomGenerator random) {
    this(dataType, random, dataType.byteSize());
  }

  /**
   * @param offset how many bytes after a multiple of 64 each tensor begins, below 64
   */
  public Tensors(DataType dataType, RandomGenerator random, long offset) {
    this.dataType = dataType;
    this.random = random;
    this.offset = offset;
    this.memory = arena;
  }

  /**
   * @param offset how many bytes after a multiple of 64 each tensor begins, below 64
   * @param memory where they lie
   */
  public Tensors(DataType dataType, RandomGenerator random, long offset, SegmentAllocator memory) {
    this.dataType = dataType;
    this.random = random;
    this.offset = offset;
    this.memory = memory;
  }

  /** A tensor of random elements between two bounds. */
  public MemorySegment random(long elements, double lowest, double highest) {
    MemorySegment tensor = empty(elements);
    for (long i = 0; i < elements; i++) {
      Elements.set(tensor, dataType, i, random.nextDouble(lowest, highest));
    }
    return tensor;
  }

  /** A tensor for results. */
  public MemorySegment empty(long elements) {
    long byteSize = elements * dataType.byteSize();
    long start = GUARD_SIZE + offset;
    MemorySegment whole = memory.allocate(start + byteSize + GUARD_SIZE, ALIGNMENT).fill(GUARD);
    guards.add(whole.asSlice(0, start));
    guards.add(whole.asSlice(start + byteSize));
    return whole.asSlice(start, byteSize);
  }

  /** A tensor with the elements of another. */
  public MemorySegment copy(MemorySegment tensor) {
    return empty(tensor.byteSize() / dataType.byteSize()).copyFrom(tensor);
  }

  /** The elements as doubles. */
  public double[] read(@Nullable MemorySegment tensor, long start, long elements) {
    return tensor == null
        ? new double[(int) elements]
        : Elements.getAll(
            tensor.asSlice(start * dataType.byteSize()), dataType, Math.toIntExact(elements));
  }

  /** Fails where a byte before or after any tensor made so far has been written. */
  public void assertGuardsUntouched(String by) {
    for (MemorySegment guard : guards) {
      for (long i = 0; i < guard.byteSize(); i++) {
        if (guard.get(java.lang.foreign.ValueLayout.JAVA_BYTE, i) != GUARD) {
          throw new AssertionError(by + " wrote beside a tensor");
        }
      }
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}

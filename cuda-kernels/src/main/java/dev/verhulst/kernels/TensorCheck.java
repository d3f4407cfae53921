package dev.verhulst.kernels;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The checks of one task's tensors after the other, which remember those of a task to find out
 * whether they overlap. One of these serves all tasks of a call, so that a batch of thousands costs
 * no memory.
 */
final class TensorCheck {

  private static final int MOST_TENSORS = 6;

  private final String function;
  private final DataType dataType;
  private int index;
  private long elements;

  private int tensors;
  private final String[] names = new String[MOST_TENSORS];
  private final long[] starts = new long[MOST_TENSORS];
  private final long[] ends = new long[MOST_TENSORS];
  private final boolean[] outputs = new boolean[MOST_TENSORS];

  /**
   * @param function what is to be computed, as the messages begin
   */
  TensorCheck(String function, DataType dataType) {
    this.function = function;
    this.dataType = dataType;
  }

  /**
   * Goes on to a task.
   *
   * @param index which of the call's tasks this is
   */
  void begin(int index, long elements) {
    this.index = index;
    this.elements = elements;
    tensors = 0;
    if (elements < 0 || elements > Long.MAX_VALUE / dataType.byteSize()) {
      throw refusal(
          "it has "
              + elements
              + " elements, expected 0 to "
              + Long.MAX_VALUE / dataType.byteSize());
    }
  }

  void lastDimension(long length) {
    boolean divides = length > 0 ? elements % length == 0 : length == 0 && elements == 0;
    if (!divides) {
      throw refusal(
          "the last dimension is "
              + length
              + ", expected a divisor of the "
              + elements
              + " elements");
    }
  }

  void absent(String name, @Nullable MemorySegment segment) {
    if (segment != null) {
      throw refusal("'" + name + "' is given, but it has no such input");
    }
  }

  void input(String name, @Nullable MemorySegment segment, long length) {
    if (segment != null) {
      memory(name, segment, length, false);
    }
  }

  void output(String name, @Nullable MemorySegment segment, long length) {
    if (segment == null) {
      return;
    }
    if (segment.isReadOnly()) {
      throw refusal("'" + name + "' is read-only, expected memory that can be written");
    }
    memory(name, segment, length, true);
  }

  private void memory(String name, MemorySegment segment, long length, boolean output) {
    if (!segment.isNative()) {
      throw refusal("'" + name + "' is on the heap, expected native memory");
    }
    if (!segment.scope().isAlive()) {
      throw refusal("'" + name + "' has been freed");
    }
    if (segment.byteSize() / dataType.byteSize() < length) {
      throw refusal(
          "'%s' holds %d bytes, expected %d elements of %s (%d bytes each)"
              .formatted(name, segment.byteSize(), length, dataType, dataType.byteSize()));
    }
    long byteSize = length * dataType.byteSize();
    if (byteSize > 0) {
      names[tensors] = name;
      starts[tensors] = segment.address();
      ends[tensors] = segment.address() + byteSize;
      outputs[tensors] = output;
      tensors++;
    }
  }

  /**
   * Refuses outputs that overlap another tensor.
   *
   * @param inPlace whether the only output may be {@code x}
   */
  void overlaps(boolean inPlace) {
    for (int i = 0; i < tensors; i++) {
      for (int j = 0; j < i; j++) {
        boolean allowed = inPlace && names[j].equals("x") && outputs[i];
        if ((outputs[i] || outputs[j]) && starts[j] < ends[i] && starts[i] < ends[j] && !allowed) {
          throw refusal(
              "'%s' and '%s' overlap, expected tensors apart (or one output, in the place of x)"
                  .formatted(names[j], names[i]));
        }
      }
    }
  }

  IllegalArgumentException refusal(String what) {
    return new IllegalArgumentException(function + ", task " + index + ": " + what);
  }
}

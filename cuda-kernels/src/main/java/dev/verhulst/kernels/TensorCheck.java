package dev.verhulst.kernels;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The checks of one task's tensors, which remember them to find out whether they overlap. */
final class TensorCheck {

  private record Tensor(String name, long start, long end, boolean output) {

    boolean overlaps(Tensor other) {
      return start < other.end && other.start < end;
    }
  }

  private final String function;
  private final int index;
  private final DataType dataType;
  private final long elements;
  private final List<Tensor> tensors = new ArrayList<>(6);

  /**
   * @param function what is to be computed, as the messages begin
   * @param index which of the call's tasks this is
   */
  TensorCheck(String function, int index, DataType dataType, long elements) {
    this.function = function;
    this.index = index;
    this.dataType = dataType;
    this.elements = elements;
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
      tensors.add(new Tensor(name, segment.address(), segment.address() + byteSize, output));
    }
  }

  /**
   * Refuses outputs that overlap another tensor.
   *
   * @param inPlace whether the only output may be {@code x}
   */
  void overlaps(boolean inPlace) {
    for (int i = 0; i < tensors.size(); i++) {
      for (int j = 0; j < i; j++) {
        Tensor one = tensors.get(j);
        Tensor other = tensors.get(i);
        boolean allowed = inPlace && one.name.equals("x") && other.output;
        if ((one.output || other.output) && one.overlaps(other) && !allowed) {
          throw refusal(
              "'%s' and '%s' overlap, expected tensors apart (or one output, in the place of x)"
                  .formatted(one.name, other.name));
        }
      }
    }
  }

  IllegalArgumentException refusal(String what) {
    return new IllegalArgumentException(function + ", task " + index + ": " + what);
  }
}

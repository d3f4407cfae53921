package dev.verhulst.heads.safetensors;

import java.util.List;

/**
 * What a header says of one tensor.
 *
 * @param type the type of its elements
 * @param shape its dimensions; none for a scalar
 * @param begin where its bytes begin, counted from the header's end
 * @param end where they end
 */
public record TensorInfo(ElementType type, List<Long> shape, long begin, long end) {

  public TensorInfo {
    shape = List.copyOf(shape);
  }

  /** How many elements it has. */
  public long elements() {
    return (end - begin) / type.byteSize();
  }
}

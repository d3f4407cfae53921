package dev.verhulst.service.model;

import dev.verhulst.client.protocol.Datatype;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An output that will be computed.
 *
 * @param datatype the type of what is computed
 * @param shape that of what is computed
 * @param byteSize the size of what is computed
 * @param binary whether its elements go out as bytes, or else as JSON values
 * @param classes how many of its largest elements are answered, as classes; 0 for all of them, as
 *     they are
 * @param classNames what the elements of a batch item are called; empty where they have no names
 * @param shared where to write it in shared memory; null where the answer holds it
 */
public record PlannedOutput(
    String name,
    Datatype datatype,
    Shape shape,
    long byteSize,
    boolean binary,
    int classes,
    List<String> classNames,
    @Nullable SharedMemoryRange shared) {

  /** Whether classes are answered in place of the elements. */
  public boolean isClassified() {
    return classes > 0;
  }
}

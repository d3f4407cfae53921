package dev.verhulst.service.model;

import org.jspecify.annotations.Nullable;

/**
 * An output that a request asks for.
 *
 * @param binary whether its elements go out as bytes, or else as JSON values
 * @param classes how many of its largest elements are asked for, as classes; 0 for all of them, as
 *     they are
 * @param shared where to write it in shared memory; null where the answer holds it
 */
public record RequestedOutput(
    String name, boolean binary, int classes, @Nullable SharedMemoryRange shared) {

  public RequestedOutput(String name, boolean binary) {
    this(name, binary, 0, null);
  }
}

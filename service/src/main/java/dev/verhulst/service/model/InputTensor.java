package dev.verhulst.service.model;

import org.jspecify.annotations.Nullable;

/**
 * What a request says of one of its inputs.
 *
 * @param datatype the name of its type as the request writes it, not checked yet
 * @param shared where it lies in shared memory; null where the request itself holds it
 */
public record InputTensor(
    String name, String datatype, Shape shape, @Nullable SharedMemoryRange shared) {

  public InputTensor(String name, String datatype, Shape shape) {
    this(name, datatype, shape, null);
  }
}

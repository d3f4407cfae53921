package dev.verhulst.client.metadata;

import java.util.List;

/**
 * What a model says of an input or output.
 *
 * @param name its name
 * @param datatype its datatype in the server's words, which may be none that the client knows
 * @param shape its dimensions; -1 where any size will do
 */
public record TensorMetadata(String name, String datatype, List<Long> shape) {

  public TensorMetadata {
    shape = List.copyOf(shape);
  }
}

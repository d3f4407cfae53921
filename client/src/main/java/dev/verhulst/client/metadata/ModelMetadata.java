package dev.verhulst.client.metadata;

import java.util.List;

/**
 * What a server says of a model.
 *
 * @param name its name
 * @param versions the versions that are there; empty where the server does not say
 * @param platform what runs it; empty where the server does not say
 * @param inputs what it takes
 * @param outputs what it gives
 */
public record ModelMetadata(
    String name,
    List<String> versions,
    String platform,
    List<TensorMetadata> inputs,
    List<TensorMetadata> outputs) {

  public ModelMetadata {
    versions = List.copyOf(versions);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }
}

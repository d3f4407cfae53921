package dev.verhulst.client.metadata;

import java.util.List;

/**
 * How a server runs a model. What differs from server to server is in the {@link #json()}.
 *
 * @param name the model's name
 * @param platform what runs it; empty where the server does not say
 * @param backend what runs it, by another name; empty where the server does not say
 * @param maximumBatchSize the largest batch; 0 where the model takes none, or the server does not
 *     say
 * @param inputs what it takes, without the batch's dimension where there is one
 * @param outputs what it gives, without the batch's dimension where there is one
 * @param json the whole configuration as JSON, as servers write it over HTTP
 */
public record ModelConfiguration(
    String name,
    String platform,
    String backend,
    long maximumBatchSize,
    List<TensorMetadata> inputs,
    List<TensorMetadata> outputs,
    String json) {

  public ModelConfiguration {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }
}

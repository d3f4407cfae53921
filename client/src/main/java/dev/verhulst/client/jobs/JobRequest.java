package dev.verhulst.client.jobs;

import dev.verhulst.client.inference.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A job, to be sent.
 *
 * @param id its name, by which the server knows it again
 * @param kind {@code fit} or {@code calibrate}
 * @param model the model that it makes a version of
 * @param inputs its tensors, by their names
 * @param parameters strings, booleans, longs, doubles and lists of strings, by their names
 */
public record JobRequest(
    String id,
    String kind,
    String model,
    Map<String, Tensor> inputs,
    Map<String, Object> parameters) {

  public JobRequest {
    inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }
}
